"""What the reading queue refuses."""

from foundation.errors import Conflict, Forbidden, Invalid, NotFound


class WorkitemNotFound(NotFound):
    """There is no such workitem, or it is out of reach."""

    code = "workitem-not-found"


class AlreadyClaimed(Conflict):
    """Somebody holds it."""

    code = "workitem-already-claimed"


class WorkitemEnded(Conflict):
    """It is completed or canceled."""

    code = "workitem-ended"


class NotQualified(Forbidden):
    """The person's roles do not fit this kind of examination."""

    code = "workitem-not-qualified"


class OwnWriting(Forbidden):
    """Nobody reviews what they wrote."""

    code = "workitem-own-writing"


class ReasonMissing(Invalid):
    """Taking a workitem out of somebody's hands needs a reason."""

    code = "workitem-reason-missing"


class NotHeld(Conflict):
    """Nobody holds it, so nobody can be relieved of it."""

    code = "workitem-not-held"


class BadCursor(Invalid):
    """The cursor is not one that a list of ours gave."""

    code = "worklist-bad-cursor"
