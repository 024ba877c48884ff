"""What the registry refuses."""

from foundation.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge, Unsupported


class BadAeTitle(Invalid):
    """An AE title that breaks VR AE."""

    code = "bad-ae-title"


class AeTitleTaken(Conflict):
    """Another device has this AE title."""

    code = "ae-title-taken"


class BadUnit(Invalid):
    """A unit's name, code or parent breaks a rule."""

    code = "bad-unit"


class BadCreditCode(Invalid):
    """A unified social credit code whose form or check character is wrong."""

    code = "bad-credit-code"


class CreditCodeTaken(Conflict):
    """Another unit has this unified social credit code."""

    code = "credit-code-taken"


class BadAgreement(Invalid):
    """An agreement without a specialty, or one that ends before it begins."""

    code = "bad-agreement"


class AgreementNotFound(NotFound):
    """There is no such agreement."""

    code = "agreement-not-found"


class UnitNotFound(NotFound):
    """There is no such unit."""

    code = "unit-not-found"


class DeviceNotFound(NotFound):
    """There is no such device."""

    code = "device-not-found"


class PersonNotFound(NotFound):
    """There is no such person."""

    code = "person-not-found"


class BadPerson(Invalid):
    """A person's account, name or roles break a rule."""

    code = "bad-person"


class AccountTaken(Conflict):
    """Another person has this account."""

    code = "account-taken"


class PersonInactive(Forbidden):
    """This person's account is closed."""

    code = "person-inactive"


class LastAdministrator(Conflict):
    """Somebody must be able to administer the county."""

    code = "last-administrator"


class PatientNotFound(NotFound):
    """There is no such patient, or it is out of reach."""

    code = "patient-not-found"


class BadPatient(Invalid):
    """A patient's name, id or birth date breaks a rule."""

    code = "bad-patient"


class BadIdCard(Invalid):
    """A citizen identification number whose form, date or check character is wrong."""

    code = "bad-id-card"


class IdCardMismatch(Invalid):
    """Sex or birth date differ from what the identification number says."""

    code = "id-card-mismatch"


class PatientConflict(Conflict):
    """This issuer has given the patient id to somebody with another name."""

    code = "patient-conflict"


class ItemNotFound(NotFound):
    """There is no such orderable item."""

    code = "item-not-found"


class OrderNotFound(NotFound):
    """There is no such order, or it is out of reach."""

    code = "order-not-found"


class BadAccessionNumber(Invalid):
    """An accession number that breaks VR SH."""

    code = "bad-accession-number"


class AccessionNumberTaken(Conflict):
    """This issuer has given the accession number to another order."""

    code = "accession-number-taken"


class OrderStepRefused(Conflict):
    """The order's status does not allow this."""

    code = "order-step-refused"


class SearchTooWide(Invalid):
    """A search in other units names exactly one person or nobody."""

    code = "search-too-wide"


class ReasonTooShort(Invalid):
    """Breaking the glass needs a reason in words."""

    code = "reason-too-short"


class NotExaminedHere(Forbidden):
    """Recognition opens only patients whom the own unit examines, too."""

    code = "not-examined-here"


class GrantNotFound(NotFound):
    """There is no such opening."""

    code = "grant-not-found"


class OwnGrant(Forbidden):
    """Nobody reviews what they opened themselves."""

    code = "own-grant"


class GrantReviewed(Conflict):
    """Somebody else has reviewed it already."""

    code = "grant-reviewed"


class OldIdCard(Invalid):
    """A fifteen-digit identification number of the first generation, which has no check character."""

    code = "old-id-card"


class ImpossibleName(Invalid):
    """A name that no person has: no letter in it, or signs that names are not written with."""

    code = "impossible-name"


class ReasonNeeded(Invalid):
    """A correction, cancellation, link or unlink says why."""

    code = "reason-needed"


class SamePatient(Conflict):
    """A patient cannot be linked to itself, or is linked already."""

    code = "same-patient"


class DifferentPeople(Conflict):
    """Two valid and different identification numbers are two people."""

    code = "different-people"


class LinkNotFound(NotFound):
    """There is no such link, it is undone already, or it is out of reach."""

    code = "link-not-found"


class CatalogueFaulty(Invalid):
    """A catalogue file with at least one fault: nothing of it is imported."""

    code = "catalogue-faulty"


class BadIncoming(Invalid):
    """A field of a hospital system's message breaks a rule; `field` names it, `what` and `what_en` say it in words."""

    code = "bad-incoming"

    def __init__(self, **facts: str | int | float) -> None:
        super().__init__(**({"what_en": facts["what"]} | facts))


class IncomingUnknown(NotFound):
    """A change or cancellation of an order that was never placed."""

    code = "incoming-unknown"


class IncomingConflict(Conflict):
    """A known order number with another patient or accession number."""

    code = "incoming-conflict"


class MessageUnsupported(Unsupported):
    """A kind of message that is not read here."""

    code = "message-unsupported"


class SenderUnknown(Forbidden):
    """The message names no member unit as its sender."""

    code = "sender-unknown"


class SenderNotAdmitted(Forbidden):
    """No administrator has admitted this address for the unit that the message names."""

    code = "sender-not-admitted"


class SenderNotFound(NotFound):
    """No such system is admitted."""

    code = "sender-not-found"


class BadAddress(Invalid):
    """What should be an IP address is none."""

    code = "bad-address"


class MessageTooLarge(TooLarge):
    """A message that is longer than the port takes."""

    code = "message-too-large"


class MessageNotFound(NotFound):
    """There is no such message."""

    code = "message-not-found"


class MessageSettled(Conflict):
    """The message was taken or settled, or its content was not kept."""

    code = "message-settled"


class MessageGarbled(Invalid):
    """Bytes that are no message, or in no character set that is read."""

    code = "message-garbled"


class BadDuty(Invalid):
    """A duty shorter than a quarter of an hour or longer than two days, or without one to three different contacts."""

    code = "bad-duty"


class DutyPerson(Invalid):
    """Somebody on the roster whose account is closed, or who does not work in this specialty."""

    code = "duty-person"


class DutyOverlaps(Conflict):
    """Somebody is on duty for this specialty at that time already."""

    code = "duty-overlaps"


class DutyNotFound(NotFound):
    """There is no such duty."""

    code = "duty-not-found"
