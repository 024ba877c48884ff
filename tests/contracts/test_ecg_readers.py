"""What every ECG reader promises, whatever its format: one member of the family, one row of each test."""

import hashlib
import io
import random
import time
import zipfile

import numpy as np
import pytest

from ecg.model import Bundle, EcgRecord, Part, UnreadableEcg
from ecg.readers import READERS, read
from tests.ecg_encoders import EXAMPLES

FORMATS = sorted(READERS)
LONGEST_S = 1.0


def total(record: EcgRecord) -> int:
    """All samples of all leads of all groups."""
    return sum(lead.samples.size for group in record.groups for lead in group.leads)


def read_or_refuse(parts: Bundle) -> EcgRecord | None:
    """The record, None when refused; anything else than a refusal, or more than a second, fails the test."""
    started = time.thread_time()
    try:
        return read(parts)
    except UnreadableEcg as refusal:
        assert refusal.code
        assert refusal.text
        return None
    finally:
        assert time.thread_time() - started < LONGEST_S


def demand_honest(record: EcgRecord, whole: EcgRecord) -> None:
    """No sample more than the whole file held, and missing is NaN and nothing else is."""
    assert total(record) <= total(whole)
    for group in record.groups:
        for lead in group.leads:
            assert np.array_equal(np.isnan(lead.samples), lead.missing)


def changed(parts: Bundle, index: int, data: bytes) -> Bundle:
    """The bundle with one part's bytes replaced."""
    return tuple(Part(part.name, data if number == index else part.data) for number, part in enumerate(parts))


def test_every_member_has_an_example_and_every_example_a_member() -> None:
    assert sorted(EXAMPLES) == FORMATS
    assert all(name == reader.format for name, reader in READERS.items())


@pytest.mark.parametrize("name", FORMATS)
def test_a_reader_recognises_its_own_and_nobody_elses(name: str) -> None:
    assert {found for found, example in EXAMPLES.items() if READERS[name].recognises(example())} == {name}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "junk", [b"", b"\0", b"text", b"<html><body/></html>", b"\xff" * 5000, b"PK\x05\x06" + b"\0" * 18, b"<" * 300]
)
def test_a_reader_leaves_alone_what_is_no_ecg(name: str, junk: bytes) -> None:
    assert not READERS[name].recognises((Part("x", junk),))
    assert not READERS[name].recognises(())


@pytest.mark.parametrize("name", FORMATS)
def test_a_whole_file_becomes_a_whole_record(name: str) -> None:
    parts = EXAMPLES[name]()
    record = read(parts)
    assert record.source_format == name
    assert record.sha256 == hashlib.sha256(b"".join(part.data for part in parts)).hexdigest()
    assert record.rhythm is not None
    demand_honest(record, record)
    for group in record.groups:
        assert group.leads
        assert group.sampling_frequency > 0
        assert len({lead.samples.shape for lead in group.leads}) == 1
        for lead in group.leads:
            assert lead.samples.dtype == np.float32
            assert lead.missing.dtype == np.bool_
            assert lead.samples.shape == lead.missing.shape == (lead.samples.size,)
    for mark in record.annotations:
        assert 0 <= mark.sample < record.groups[mark.group].leads[0].samples.size


@pytest.mark.parametrize("name", FORMATS)
def test_the_name_of_a_file_decides_nothing(name: str) -> None:
    parts = EXAMPLES[name]()
    if len(parts) == 1:
        assert read((Part("picture.jpg", parts[0].data),)).source_format == name


@pytest.mark.parametrize("name", FORMATS)
def test_a_zip_of_it_reads_like_the_file_and_keeps_the_digest_of_what_arrived(name: str) -> None:
    parts = EXAMPLES[name]()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.writestr(f"folder/{part.name}", part.data)
    record = read((Part("upload.zip", out.getvalue()),))
    assert record.source_format == name
    assert record.sha256 == hashlib.sha256(out.getvalue()).hexdigest()


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_cut_anywhere_is_refused_or_flagged_and_never_completed(name: str) -> None:
    parts = EXAMPLES[name]()
    whole = read(parts)
    for index, part in enumerate(parts):
        size = len(part.data)
        for offset in {*range(0, min(size, 600), 7), *range(0, size, max(1, size // 60)), size - 1, size - 2}:
            record = read_or_refuse(changed(parts, index, part.data[:offset]))
            if record is None:
                continue
            demand_honest(record, whole)
            assert total(record) == total(whole) or record.warnings
            for group, truth in zip(record.groups, whole.groups, strict=False):
                for lead, expected in zip(group.leads, truth.leads, strict=False):
                    kept = ~lead.missing
                    assert np.array_equal(lead.samples[kept], expected.samples[: lead.samples.size][kept])


@pytest.mark.parametrize("name", FORMATS)
def test_flipped_bytes_are_refused_or_read_and_nothing_else(name: str) -> None:
    parts = EXAMPLES[name]()
    whole = read(parts)
    rng = random.Random(f"flips of {name}")
    for _ in range(250):
        index = rng.randrange(len(parts))
        data = bytearray(parts[index].data)
        for _ in range(rng.choice((1, 1, 2, 8))):
            data[rng.randrange(rng.choice((len(data), min(len(data), 2000))))] = rng.randrange(256)
        record = read_or_refuse(changed(parts, index, bytes(data)))
        if record is not None:
            demand_honest(record, whole)


@pytest.mark.parametrize("name", FORMATS)
def test_pieces_lost_or_repeated_are_refused_or_read_and_nothing_else(name: str) -> None:
    parts = EXAMPLES[name]()
    rng = random.Random(f"pieces of {name}")
    for _ in range(120):
        index = rng.randrange(len(parts))
        data = bytearray(parts[index].data)
        start, length = rng.randrange(len(data)), rng.choice((1, 3, 64, 2000))
        if rng.random() < 0.5:
            del data[start : start + length]
        else:
            data[start:start] = data[rng.randrange(len(data)) :][:length]
        read_or_refuse(changed(parts, index, bytes(data)))
