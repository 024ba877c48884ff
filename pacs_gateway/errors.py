"""What the gateway refuses. `Kept` families put the bytes into quarantine before they are raised or answered."""

from foundation.errors import Conflict, Invalid, NotAcceptable, NotFound, TooLarge, Unsupported


class Malformed(Invalid):
    """The bytes break a rule of the DICOM encoding (PS3.5)."""

    code = "dicom-malformed"


class NotDicom(Unsupported):
    """Something else under a DICOM name: text, gzip, a picture."""

    code = "not-dicom"


class EmptyObject(Invalid):
    """No bytes at all."""

    code = "empty-object"


class Dicomdir(Unsupported):
    """A media directory: it points at objects and is none."""

    code = "dicomdir"


class TooDeep(TooLarge):
    """Sequences nested deeper than the limit."""

    code = "sequence-too-deep"


class TooManyElements(TooLarge):
    """More data elements than the limit."""

    code = "too-many-elements"


class InflatesTooMuch(TooLarge):
    """A deflated object that grows beyond the limit."""

    code = "inflates-too-much"


class ObjectTooLarge(TooLarge):
    """An object or upload beyond the limit."""

    code = "object-too-large"


class Incomplete(Invalid):
    """Half an object: the data end before the header says. Kept in quarantine."""

    code = "object-incomplete"


class MissingUid(Invalid):
    """No Study, Series or SOP Instance UID. Kept in quarantine."""

    code = "missing-uid"


class PatientConflict(Conflict):
    """The Study Instance UID belongs to another patient. Kept in quarantine."""

    code = "study-of-another-patient"


class SeriesConflict(Conflict):
    """The SOP or Series Instance UID belongs to another study. Kept in quarantine."""

    code = "instance-of-another-study"


class OtherStudy(Invalid):
    """STOW-RS to one study's address with an object of another study (PS3.18 §10.5.1)."""

    code = "not-of-this-study"


class BadQuery(Invalid):
    """A QIDO-RS or WADO-RS parameter that cannot be read."""

    code = "bad-query"


class BadUid(Invalid):
    """A UID in an address with characters that no UID has."""

    code = "bad-uid"


class NoSuchFrame(NotFound):
    """A frame number outside 1..Number of Frames."""

    code = "no-such-frame"


class CannotGive(NotAcceptable):
    """None of the accepted media types can be made of this object."""

    code = "cannot-give"


class CannotRender(NotAcceptable):
    """The object has no pixels that can be shown."""

    code = "cannot-render"


class BadMultipart(Invalid):
    """A multipart body without parts or boundary."""

    code = "bad-multipart"


class ZipUnsafe(TooLarge):
    """A ZIP beyond the limits of entries, size or ratio."""

    code = "zip-unsafe"


class ZipBroken(Invalid):
    """A ZIP that cannot be read."""

    code = "zip-broken"


class NotLinked(Conflict):
    """The study has no order that it could be parted from."""

    code = "study-not-linked"


class ReasonMissing(Invalid):
    """Linking another patient's order needs a reason."""

    code = "link-reason"


class TlsIncomplete(Invalid):
    """The DICOM TLS port needs a certificate, its key and the authority of the devices, or none of them."""

    code = "dicom-tls-incomplete"


class BadWorklistKey(Invalid):
    """A key of a worklist query that cannot be read."""

    code = "bad-worklist-key"


class ClockFarOff(Invalid):
    """A device asks for a day that no worklist has: its clock is wrong."""

    code = "clock-far-off"


KEPT = (Incomplete, MissingUid, PatientConflict, SeriesConflict)
"""Refusals whose bytes stay in quarantine, whole, for a person to look at."""
