"""What the reports room refuses."""

from foundation.errors import Conflict, Forbidden, Invalid, LeaseLost, NotFound, Unavailable


class FindingsEmpty(Invalid):
    """A report without 检查所见."""

    code = "findings-empty"


class ImpressionEmpty(Invalid):
    """A report without 诊断意见."""

    code = "impression-empty"


class PositiveUndecided(Invalid):
    """Nobody said whether the examination is positive or negative."""

    code = "positive-undecided"


class TextTooLong(Invalid):
    """A text over its limit."""

    code = "report-text-too-long"


class BlankLeft(Invalid):
    """A place of a template that nobody filled in."""

    code = "template-blank-left"


class TooManyKeyImages(Invalid):
    """More key images than a report carries."""

    code = "too-many-key-images"


class ForeignKeyImage(Invalid):
    """A key image that is not one of the study's images."""

    code = "foreign-key-image"


class StaleRevision(Conflict):
    """Somebody saved a newer revision of this draft; the text given was kept as an unsaved copy."""

    code = "stale-revision"


class DraftLeaseLost(LeaseLost):
    """The reader no longer holds the workitem; the text given was kept as an unsaved copy."""

    code = "draft-lease-lost"


class NotReading(Conflict):
    """Submitting needs a reading workitem."""

    code = "not-a-reading"


class NotReview(Conflict):
    """Approving or returning needs a review workitem with a submitted report."""

    code = "not-a-review"


class OwnReport(Forbidden):
    """The writer may not approve their own report: two doctors sign (双签字)."""

    code = "own-report"


class Unqualified(Forbidden):
    """The signer lacks what writing or reviewing this report needs."""

    code = "signer-unqualified"


class TownshipDraft(Forbidden):
    """The county has not chosen that townships write the first draft."""

    code = "township-draft"


class ReviewAtCentre(Forbidden):
    """A township's report is reviewed by the centre."""

    code = "review-at-centre"


class AlreadyIssued(Conflict):
    """The report went on while this request was on its way."""

    code = "report-already-issued"


class NotIssued(Conflict):
    """There is no reviewed report in force that could be revised."""

    code = "report-not-issued"


class RevisionOpen(Conflict):
    """The report is being revised or read again already."""

    code = "revision-open"


class RevisionReason(Invalid):
    """A correction, an addendum or a withdrawal needs a reason."""

    code = "revision-reason"


class AddendumOnly(Invalid):
    """An addendum adds; the words that were issued stand."""

    code = "addendum-only"


class PreliminaryByDay(Forbidden):
    """A preliminary report by one doctor is for emergencies and for the night."""

    code = "preliminary-by-day"


class PreliminaryLate(Conflict):
    """A reviewed report is in force; a preliminary one cannot take its place."""

    code = "preliminary-late"


class ReturnReason(Invalid):
    """A report goes back to its writer only with a reason."""

    code = "return-reason"


class ReportNotFound(NotFound):
    """No such report or version, or the asker may not know of it."""

    code = "report-not-found"


class NoSigningKey(Unavailable):
    """This installation has no key for the signer and may not make one."""

    code = "no-signing-key"


class NoAuthority(NotFound):
    """This installation has no certificate authority of its own (yet)."""

    code = "no-authority"


class AuthorityExists(Conflict):
    """The county has its authority already; another one would disown what it has issued."""

    code = "authority-exists"


class BadKeyFile(Invalid):
    """A key or certificate file that cannot be used."""

    code = "bad-key-file"


class NotYourKey(Conflict):
    """The certificate names somebody else, or answers no request of this person."""

    code = "not-your-key"


class KeyNotFound(NotFound):
    """No such key."""

    code = "key-not-found"


class CertificateExpired(Forbidden):
    """The signer's certificate is not valid at this time."""

    code = "certificate-expired"


class CertificateRevoked(Forbidden):
    """The signer's certificate was revoked."""

    code = "certificate-revoked"


class CertificateForeign(Forbidden):
    """The signer's certificate leads to no authority that this county accepts."""

    code = "certificate-foreign"


class NotPrintable(Invalid):
    """A character that none of the report's fonts can draw: nothing is issued with a box in its place."""

    code = "character-not-printable"


class ClockBehind(Unavailable):
    """The clock shows less than what was recorded already: it was stepped back, or it was ahead before."""

    code = "clock-behind"


class SigningPasswordNeeded(Forbidden):
    """The signing window is over: the password is asked for again."""

    code = "signing-password-needed"


class KeyLocked(Forbidden):
    """The password was reset, and nobody can unwrap the signer's imported key any more."""

    code = "key-locked"


class KeyStoreDown(Unavailable):
    """The key store or the token that holds the key does not answer."""

    code = "key-store-down"


class TimeStampDown(Unavailable):
    """The time stamp authority does not answer, or not to what it was asked."""

    code = "time-stamp-down"


class RevocationUnknown(Unavailable):
    """No fresh revocation list of the signer's authority could be had."""

    code = "revocation-unknown"


class RenditionDamaged(Unavailable):
    """A stored PDF no longer has the bytes that were issued."""

    code = "rendition-damaged"


class FontsMissing(Unavailable):
    """The report's fonts are not installed."""

    code = "fonts-missing"
