"""What recognition refuses."""

from foundation.errors import Conflict, Forbidden, Gone, Invalid, NotFound, TooMany


class OfferNotFound(NotFound):
    """No offer for an order of the asker's unit."""

    code = "offer-not-found"


class OfferDecided(Conflict):
    """Somebody has decided before."""

    code = "offer-decided"


class ResultNotOffered(Conflict):
    """The report is no result of this order's patient."""

    code = "result-not-offered"


class ResultNotRecognisable(Conflict):
    """A rule says at this moment that the result does not count."""

    code = "result-not-recognisable"


class ResultChanged(Conflict):
    """A newer version of the result was issued since it was looked at."""

    code = "result-changed"


class NotOpened(Conflict):
    """Nobody recognises what they have not looked at."""

    code = "not-opened"


class AlreadyExamined(Conflict):
    """The order was examined before anybody decided."""

    code = "already-examined"


class ReasonUnknown(Invalid):
    """The reason is not one of the county's cases."""

    code = "reason-unknown"


class NoteNeeded(Invalid):
    """This case needs words."""

    code = "note-needed"


class PatientNotTold(Invalid):
    """An examination is repeated only when the patient was told why."""

    code = "patient-not-told"


class QualityPeriod(Invalid):
    """A quality control's days make no sense."""

    code = "quality-period"


class QualityNotFound(NotFound):
    """No such record of quality control."""

    code = "quality-not-found"


class QualityEnded(Conflict):
    """The quality control was ended before."""

    code = "quality-ended"


class BadPeriod(Invalid):
    """Neither a month nor a quarter."""

    code = "bad-period"


class MonthNotOver(Conflict):
    """What is handed on must be the same when it is made again."""

    code = "month-not-over"


class NoticeNotFound(NotFound):
    """No such notice for this doctor or unit."""

    code = "notice-not-found"


class NoticeAcknowledged(Conflict):
    """Somebody has acknowledged it before."""

    code = "notice-acknowledged"


class ShareNotFound(NotFound):
    """No such link."""

    code = "share-not-found"


class ShareExpired(Gone):
    """The link's time is over."""

    code = "share-expired"


class ShareCode(Forbidden):
    """The code is wrong."""

    code = "share-code"


class ShareLocked(TooMany):
    """Too many wrong codes: the link opens no more."""

    code = "share-locked"


class TicketExpired(Gone):
    """The embedded page's time is over."""

    code = "ticket-expired"


class NotTheDoctor(Invalid):
    """The account is no doctor of the system's unit who may decide."""

    code = "not-the-doctor"
