"""Names and sentences in the bytes of a cart that does not say, or does not know, its character set."""

import re

_GB2312 = re.compile(rb"(?:[\x00-\x7f]|[\xa1-\xf7][\xa1-\xfe])*")


def is_gb2312(raw: bytes) -> bool:
    """Whether bytes that cannot be UTF-8 are Chinese: all high bytes stand in pairs of GB 2312, as they hardly do in
    a western name."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return _GB2312.fullmatch(raw) is not None
    return False


def undeclared_text(raw: bytes) -> str:
    """Text of no declared character set: UTF-8 where it is valid, else Chinese, else the 8-bit set of western carts."""
    for encoding in ("utf-8", "gb18030" if is_gb2312(raw) else "latin-1"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
