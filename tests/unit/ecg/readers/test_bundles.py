"""What arrives: sizes, ZIPs, and the choice of exactly one reader."""

import io
import zipfile

import pytest

from ecg.model import Bundle, EcgRecord, Part, UnreadableEcg
from ecg.readers import READERS, bundles, read
from tests.ecg_encoders import EXAMPLES


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def refusal_of(*parts: bytes) -> UnreadableEcg:
    with pytest.raises(UnreadableEcg) as refusal:
        read(tuple(Part(f"p{number}", data) for number, data in enumerate(parts)))
    return refusal.value


@pytest.mark.parametrize("parts", [(), (b"",), (b"", b"")])
def test_nothing_is_refused_as_empty(parts: tuple[bytes, ...]) -> None:
    assert refusal_of(*parts).code == "empty"


def test_what_no_reader_knows_is_refused_with_the_list_of_formats() -> None:
    refusal = refusal_of(b"GIF89a and so on")
    assert refusal.code == "unknown-format"
    assert all(name in refusal.text for name in READERS)


def test_two_recordings_in_one_bundle_are_refused() -> None:
    data = EXAMPLES["muse"]()[0].data
    assert refusal_of(data, data).code == "unknown-format"
    assert refusal_of(zipped(("a.xml", data), ("b.xml", data))).code == "unknown-format"


def test_content_that_two_readers_claim_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Greedy:
        format = "greedy"

        def recognises(self, bundle: Bundle) -> bool:
            return bool(bundle)

        def read(self, bundle: Bundle) -> EcgRecord:
            raise AssertionError("never asked")

    monkeypatch.setitem(READERS, "greedy", Greedy())
    refusal = refusal_of(EXAMPLES["muse"]()[0].data)
    assert refusal.code == "ambiguous-format"
    assert "greedy, muse" in refusal.text or "muse, greedy" in refusal.text


def test_a_zip_bomb_is_refused_without_being_unpacked() -> None:
    assert refusal_of(zipped(("a.xml", b"\0" * 60_000_000))).code == "zip-bomb"


def test_a_zip_of_more_than_the_limit_is_refused() -> None:
    members = tuple((f"{number}.xml", b"\0" * 50_000_000) for number in range(3))
    assert refusal_of(zipped(*members)).code == "too-large"


def test_a_zip_of_very_many_members_is_refused() -> None:
    assert refusal_of(zipped(*((f"{number}", b"x") for number in range(200)))).code == "too-many-parts"


def test_a_zip_that_lies_about_a_members_size_is_refused() -> None:
    data = bytearray(zipped(("a.xml", EXAMPLES["muse"]()[0].data)))
    directory = data.index(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (5).to_bytes(4, "little")
    assert refusal_of(bytes(data)).code in ("zip-corrupt", "xml-malformed", "unknown-format")


def test_a_cut_zip_is_refused() -> None:
    data = zipped(("a.xml", EXAMPLES["muse"]()[0].data))
    for size in range(10, len(data), len(data) // 20):
        assert refusal_of(data[:size]).code in ("zip-corrupt", "unknown-format")


def test_an_encrypted_zip_says_so() -> None:
    data = bytearray(zipped(("a.xml", EXAMPLES["muse"]()[0].data)))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert refusal_of(bytes(data)).code == "zip-encrypted"


def test_folders_and_what_a_mac_adds_are_no_parts() -> None:
    data = zipped(
        ("folder/", b""),
        ("__MACOSX/folder/._a.xml", b"junk"),
        ("folder/.DS_Store", b"junk"),
        ("../../folder\\a.xml", EXAMPLES["muse"]()[0].data),
    )
    parts = bundles.unpacked((Part("upload", data),))
    assert [part.name for part in parts] == ["a.xml"]
    assert read((Part("upload", data),)).source_format == "muse"
