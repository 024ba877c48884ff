"""A message's bytes as fields that can be asked for: `field("PID", 5, 1)`, empty when it is not there."""

import re
from dataclasses import dataclass

import hl7

from registry.errors import MessageGarbled

# HL7 table 0211, and what systems write for it
_DECLARED = {
    "": "", "ASCII": "", "8859/1": "", "UNICODE": "utf-8", "UNICODE UTF-8": "utf-8", "UTF-8": "utf-8", "UTF8": "utf-8",
    "GB 18030-2000": "gb18030", "GB18030": "gb18030", "GB18030-2000": "gb18030", "GBK": "gb18030", "GB2312": "gb18030",
}  # fmt: skip
_HEAD = re.compile(rb"^MSH(.)")
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}")


@dataclass(frozen=True, slots=True)
class Received:
    """A parsed message and the character set it came in."""

    message: hl7.Message
    codec: str

    def field(self, segment: str, number: int, component: int = 1, repetition: int = 1, *, occurrence: int = 1) -> str:
        """One component; empty when the segment, field or component is not there."""
        try:
            found = self.message.extract_field(segment, occurrence, number, repetition, component)
        except (IndexError, KeyError):
            return ""
        return str(found or "").strip().replace('""', "")

    def repetitions(self, segment: str, number: int) -> int:
        """How often a field repeats."""
        try:
            return len(self.message.segments(segment)[0](number))
        except (IndexError, KeyError, TypeError):
            return 0

    def segments(self) -> list[str]:
        """The names of the segments in their order."""
        return [str(segment[0]) for segment in self.message]

    @property
    def control_id(self) -> str:
        """MSH-10."""
        return self.field("MSH", 10)[:64]

    @property
    def kind(self) -> str:
        """MSH-9, as ORM^O01."""
        return "^".join(part for part in (self.field("MSH", 9), self.field("MSH", 9, 2)) if part)[:32]

    @property
    def version(self) -> str:
        """MSH-12."""
        return self.field("MSH", 12)[:8]


def read(data: bytes) -> Received:
    """Raises MessageGarbled for bytes that are no message in a character set that is read."""
    data = data.strip(b"\r\n \x00").removeprefix(b"\xef\xbb\xbf")
    head = _HEAD.match(data)
    if head is None or len(data) < 8:
        raise MessageGarbled(what="MSH")
    first = data.split(b"\r", 1)[0].split(b"\n", 1)[0]
    declared = first.split(head[1])
    named = declared[17].decode("ascii", "replace").strip().upper() if len(declared) > 17 else ""
    text, codec = _decoded(data, _DECLARED.get(named.split("~")[0], ""))
    text = text.replace("\r\n", "\r").replace("\n", "\r")
    lines = [line for line in text.split("\r") if line.strip()]
    wrong = next((line[:3] for line in lines if not _SEGMENT.fullmatch(line[:3])), None)
    if wrong is not None:
        raise MessageGarbled(what=repr(wrong))
    try:
        return Received(hl7.parse("\r".join(lines) + "\r"), codec)
    except (hl7.HL7Exception, ValueError, IndexError, KeyError) as fault:
        raise MessageGarbled(what=type(fault).__name__) from None


def _decoded(data: bytes, declared: str) -> tuple[str, str]:
    """What is declared, when it decodes strictly; else UTF-8; else GB18030."""
    for codec in dict.fromkeys((*([declared] if declared else []), "utf-8", "gb18030")):
        try:
            return data.decode(codec), codec
        except UnicodeDecodeError:
            continue
    raise MessageGarbled(what="MSH-18")
