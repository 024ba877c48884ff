"""asn1crypto writes a length that ends with 0x80 as any other, and still knows the indefinite one."""

import pytest
from asn1crypto import core

import reports.signers.x509  # noqa: F401 - what is mended is mended by importing it
from reports.signers.asn1 import indefinite


class Inner(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.OctetString


class Outer(core.SequenceOf):  # type: ignore[misc]
    _child_spec = Inner


def element(length: int) -> bytes:
    """A list of lists whose own content is so many bytes long."""
    inner = core.OctetString(b"x" * (length - 12)).dump()
    return bytes(Outer([Inner([core.OctetString.load(inner)])]).dump())


@pytest.mark.parametrize("length", range(372, 396))
def test_what_was_read_is_written_as_it_was_and_nothing_inside_anew(
    length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = element(length)
    read = Outer.load(data)
    assert len(read[0][0].native) == length - 12  # looked into
    again: list[object] = []
    monkeypatch.setattr(core.SequenceOf, "_set_contents", lambda self, force=False: again.append(self))
    assert read.dump() == data
    assert again == []


def test_some_of_these_lengths_end_with_the_byte() -> None:
    headers = [element(length)[:4] for length in range(372, 396)]
    assert [one for one in headers if one[-1] == 0x80]


def test_an_indefinite_length_is_still_written_as_a_definite_one() -> None:
    data = bytes.fromhex("308030030401610000")
    assert Outer.load(data).dump() == bytes.fromhex("30053003040161")


@pytest.mark.parametrize(
    ("header", "expected"),
    [("3080", True), ("308180", False), ("30820180", False), ("3005", False), ("bf2080", True), ("bf208180", False)],
)
def test_the_form_of_a_length(header: str, expected: bool) -> None:
    assert indefinite(bytes.fromhex(header)) is expected
