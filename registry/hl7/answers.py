"""Acknowledgements: MSH, MSA, and for a refusal ERR: field, code of table 0357, words in two languages."""

from datetime import datetime

from foundation import errors
from foundation.catalogue import message, say
from foundation.clock import COUNTY_ZONE
from registry.errors import BadIncoming, MessageTooLarge, MessageUnsupported, SenderNotAdmitted, SenderUnknown
from registry.hl7.codec import Received

_NEVER = MessageTooLarge | MessageUnsupported | SenderNotAdmitted | SenderUnknown
ACCEPTED, FAULTY, REJECTED = "AA", "AE", "AR"  # table 0008
# table 0357: the nearest family above an error names the condition
_CONDITION: dict[type[errors.LianzhenError], tuple[str, str]] = {
    errors.LianzhenError: ("207", "Application internal error"),
    errors.NotFound: ("204", "Unknown key identifier"),
    errors.Conflict: ("205", "Duplicate key identifier"),
    errors.Invalid: ("102", "Data type error"),
    errors.Unsupported: ("200", "Unsupported message type"),
    errors.Forbidden: ("204", "Unknown key identifier"),
}
_ESCAPES = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "~": "\\R\\", "&": "\\T\\", "\r": " ", "\n": " "}


def code_of(error: errors.LianzhenError) -> str:
    """AR for what will never be read, AE for what can be mended."""
    return REJECTED if isinstance(error, _NEVER) else FAULTY


def answer(got: Received | None, now: datetime, control_id: str, error: errors.LianzhenError | None = None) -> bytes:
    """The acknowledgement of a message, in the message's own characters."""

    def says(segment: str, number: int, component: int = 1) -> str:
        return got.field(segment, number, component) if got else ""

    version = got.version if got and got.version.startswith("2.") else "2.4"
    event = f"ACK^{says('MSH', 9, 2)}" if says("MSH", 9, 2) else "ACK"
    charset = {"gb18030": "GB 18030-2000", "utf-8": "UNICODE UTF-8"}[got.codec if got else "utf-8"]
    at = now.astimezone(COUNTY_ZONE).strftime("%Y%m%d%H%M%S")
    head = ["MSH", "^~\\&", "LIANZHEN", "LIANZHEN", _text(says("MSH", 3)), _text(says("MSH", 4)), at, "", event]
    lines = ["|".join([*head, control_id, says("MSH", 11) or "P", version, "", "", "", "", "CHN", charset])]
    code = code_of(error) if error else ACCEPTED
    words = message(error, "zh") if error else ""
    lines.append("|".join(("MSA", code, _text(says("MSH", 10)), _text(words))))
    if error is not None:
        lines.append(_err(error))
    return ("\r".join(lines) + "\r").encode(got.codec if got else "utf-8", "replace")


def garbled(now: datetime, control_id: str, error: errors.LianzhenError) -> bytes:
    """The acknowledgement of bytes that are no message."""
    return answer(None, now, control_id, error)


def _err(error: errors.LianzhenError) -> str:
    family = next(kind for kind in type(error).__mro__ if kind in _CONDITION)
    number, words = _CONDITION[family]
    segment, _, field = field_of(error).partition("-")
    if isinstance(error, BadIncoming) and "missing" in str(error.facts.get("what_en", "")):
        number, words = "101", "Required field missing"
    where = f"{segment}^1^{field}" if segment else ""
    old = f"{where}^{number}&{words}&HL70357" if where else ""
    coded = f"{number}^{words}^HL70357"
    return "|".join(
        ("ERR", old, where, coded, "E", error.code, "", _text(message(error, "en")), _text(message(error, "zh")))
    )


def field_of(error: errors.LianzhenError) -> str:
    """Which field of the message is meant, as far as the error says."""
    known = {
        "bad-id-card": "PID-19", "old-id-card": "PID-19", "id-card-mismatch": "PID-19", "bad-patient": "PID-3",
        "impossible-name": "PID-5", "patient-conflict": "PID-3", "item-not-found": "OBR-4",
        "patient-not-found": "PID-3",
        "bad-accession-number": "OBR-18", "accession-number-taken": "OBR-18", "incoming-unknown": "ORC-2",
        "incoming-conflict": "ORC-2", "order-step-refused": "ORC-2", "message-unsupported": "MSH-9",
        "sender-unknown": "MSH-4", "sender-not-admitted": "MSH-4", "different-people": "MRG-1",
    }  # fmt: skip
    return str(error.facts.get("field") or known.get(error.code, ""))


def internal() -> tuple[str, str]:
    """What is said when the fault is ours."""
    return say("error", "zh"), say("error", "en")


def _text(words: str) -> str:
    return "".join(_ESCAPES.get(letter, letter) for letter in words)
