"""What the platform says no to. Every code has its words in `foundation/messages/`, Chinese first.

A room raises one of these and knows nothing of HTTP or DIMSE; each edge owns one table from the *family* (the
classes of this file) to its own status. `docs/errors.md` lists every code.
"""

import errno
from collections.abc import Callable
from typing import Any, ClassVar


class LianzhenError(Exception):
    """Something the platform refused or could not do. `facts` fill the placeholders of the message."""

    code: ClassVar[str] = "error"

    def __init__(self, **facts: str | int | float) -> None:
        super().__init__(self.code)
        self.facts = facts

    def __str__(self) -> str:
        """The code alone: facts may name a patient and never reach a log by accident."""
        return self.code

    def __reduce__(self) -> "tuple[Callable[..., LianzhenError], tuple[type[LianzhenError], dict[str, Any]]]":
        """A refusal of a child process comes home whole."""
        return _again, (type(self), self.facts)


def _again(kind: type[LianzhenError], facts: dict[str, Any]) -> LianzhenError:
    return kind(**facts)


class Refused(LianzhenError):
    """A rule says no. Trying again will not help."""

    code = "refused"


class Unavailable(LianzhenError):
    """Something did not answer or had no room. Trying again may help."""

    code = "unavailable"


class Ambiguous(LianzhenError):
    """We cannot know whether it happened. Trying again might do it twice, so a person looks first."""

    code = "ambiguous"


class Invalid(Refused):
    """The input breaks a rule of its own form."""

    code = "invalid"


class Unauthenticated(Refused):
    """Nobody is signed in, or the sign-in is over."""

    code = "unauthenticated"


class Forbidden(Refused):
    """This person or system may not do this."""

    code = "forbidden"


class NotFound(Refused):
    """There is no such thing, or the asker may not know of it."""

    code = "not-found"


class Conflict(Refused):
    """The thing's present state does not allow it."""

    code = "conflict"


class Gone(Refused):
    """It was here and is no more."""

    code = "gone"


class LeaseLost(Refused):
    """Somebody else holds it by now; what was typed is kept."""

    code = "lease-lost"


class TooLarge(Refused):
    """More bytes, parts or depth than the limit allows."""

    code = "too-large"


class Unsupported(Refused):
    """A format or kind that is not read here."""

    code = "unsupported"


class NotAcceptable(Refused):
    """None of the representations the asker accepts can be made."""

    code = "not-acceptable"


class TooMany(Refused):
    """Too often in too short a time."""

    code = "too-many"


class StorageFull(Unavailable):
    """The disk has no room left; nothing was kept of this."""

    code = "storage-full"


class StorageFault(StorageFull):
    """The disk answers with an error; nothing was kept of this."""

    code = "storage-fault"


_NO_ROOM = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
_BROKEN = frozenset((errno.EIO, errno.EROFS))


def of_disk(fault: OSError) -> StorageFull | None:
    """A fault of the disk in our words; None when it is something else."""
    if fault.errno in _NO_ROOM:
        return StorageFull()
    return StorageFault() if fault.errno in _BROKEN else None


def every_error(root: type[LianzhenError] = LianzhenError) -> list[type[LianzhenError]]:
    """All error classes known to the process, the root first."""
    found = [root]
    for child in root.__subclasses__():
        found += every_error(child)
    return list(dict.fromkeys(found))
