"""Numbers that no cart writes, in every place where a format has one: refused or read, at once, and nothing else."""

import random
import re
import time

import numpy as np
import pytest

from ecg.model import EcgRecord, Part, UnreadableEcg
from ecg.readers import assembly, read
from tests.ecg_encoders import EXAMPLES

HOSTILE = (
    *("1e999999999", "1e-999999999", "9" * 5000, "1" * 400 + ".5", "nan", "-inf", "-0", "0", "-1", "1e15", "1e-7"),
    *("", " ", "²", "１２", "1_0", "0x1F", "1/0", "1e99999/3", "99999999999999999999", "--", "٣"),
)
NUMBER = re.compile(r"(?<=[>\"=;\- ])\d+(?:\.\d+)?(?=[<\";: -])")


def text_of(name: str) -> tuple[str, str]:
    data = EXAMPLES[name]()[0].data
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return re.sub(r"; crc32=\w+", "", data.decode(encoding)), encoding


def outcome(data: bytes) -> EcgRecord | None:
    started = time.thread_time()
    try:
        return read((Part("upload", data),))
    except UnreadableEcg:
        return None
    finally:
        assert time.thread_time() - started < 3.0


@pytest.mark.parametrize("name", ["aecg", "cardiosoft", "csv", "muse", "sierra"])
def test_a_hostile_number_anywhere_in_a_text_format_does_no_harm(name: str) -> None:
    text, encoding = text_of(name)
    rng = random.Random(f"numbers of {name}")
    places = [found.span() for found in NUMBER.finditer(text)]
    assert len(places) >= 3  # of CSV the first line alone
    for start, end in [*places[:50], *(rng.choice(places) for _ in range(30))]:
        for word in rng.sample(HOSTILE, 3):
            record = outcome((text[:start] + word + text[end:]).encode(encoding))
            leads = [lead for group in record.groups for lead in group.leads] if record else []
            assert all(np.isfinite(lead.samples[~lead.missing]).all() for lead in leads)


@pytest.mark.parametrize("word", HOSTILE)
def test_a_hostile_rate_is_refused_at_once(word: str) -> None:
    started = time.thread_time()
    with pytest.raises(UnreadableEcg) as refusal:
        assembly.sampling_frequency(word, "test")
    assert refusal.value.code == "bad-sampling-frequency"
    assert time.thread_time() - started < 1.0


@pytest.mark.parametrize("lsb", [0.0, float("nan"), float("inf"), 1e-9, 1e9, -1e9, None])
def test_a_resolution_beyond_any_converter_is_refused(lsb: float | None) -> None:
    with pytest.raises(UnreadableEcg) as refusal:
        assembly.resolution(lsb, "test")
    assert refusal.value.code == "bad-scale"
