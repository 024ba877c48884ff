"""A few elements of DER (X.690 §10), to write what no library of ours writes."""

SEQUENCE, SET, OCTETS, BITS, INTEGER, UTC_TIME, GENERAL_TIME = 0x30, 0x31, 0x04, 0x03, 0x02, 0x17, 0x18
TAGGED_0, TAGGED_1, TAGGED_3 = 0xA0, 0xA1, 0xA3
NULL = b"\x05\x00"


def tlv(tag: int, *parts: bytes) -> bytes:
    """One element: tag, the shortest length, content."""
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + body


def oid(dotted: str) -> bytes:
    """An object identifier (§8.19)."""
    first, second, *rest = (int(one) for one in dotted.split("."))
    body = bytearray()
    for arc in (first * 40 + second, *rest):
        digits = [arc & 0x7F]
        while arc := arc >> 7:
            digits.append(0x80 | arc & 0x7F)
        body += bytes(reversed(digits))
    return tlv(0x06, bytes(body))


def integer(value: int) -> bytes:
    """A number that is not negative."""
    return tlv(INTEGER, value.to_bytes(value.bit_length() // 8 + 1))


def bits(body: bytes) -> bytes:
    """A BIT STRING of whole bytes."""
    return tlv(BITS, b"\x00", body)
