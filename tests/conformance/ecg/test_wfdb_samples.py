"""Every WFDB record of the samples is, sample by sample, what the wfdb package makes of it."""

from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecg.model import Part
from ecg.readers import read
from ecg.readers.assembly import microvolts_per
from tests.conformance.ecg.samples import SAMPLES, needed

pytestmark = needed
HEADERS = sorted(path.relative_to(SAMPLES).with_suffix("").as_posix() for path in SAMPLES.glob("wfdb/*/*.hea"))


def parts_of(base: Path) -> tuple[Part, ...]:
    names = [base.with_suffix(suffix) for suffix in (".hea", ".dat", ".mat", ".xyz")]
    return tuple(Part(path.name, path.read_bytes()) for path in names if path.is_file())


@pytest.mark.parametrize("name", HEADERS)
def test_a_record_is_what_the_package_reads(name: str) -> None:
    truth = wfdb.rdrecord(str(SAMPLES / name), smooth_frames=False, physical=True)
    record = read(parts_of(SAMPLES / name))
    leads = [lead for group in record.groups for lead in group.leads]
    expected = [n for n, unit in enumerate(truth.units) if microvolts_per(unit) is not None]
    assert len(leads) == len(expected) > 0
    for lead, index in zip(leads, expected, strict=True):
        samples = truth.e_p_signal[index] * microvolts_per(truth.units[index])
        assert np.array_equal(np.isnan(samples), lead.missing)
        assert np.allclose(lead.samples, samples, rtol=3e-7, atol=1e-3, equal_nan=True)
    assert not any(warning.code == "checksum" for warning in record.warnings)


def test_beats_of_the_annotation_file_are_those_of_the_package() -> None:
    base = SAMPLES / "wfdb/mitdb/100"
    record = read((*parts_of(base), Part("100.atr", base.with_suffix(".atr").read_bytes())))
    truth = wfdb.rdann(str(base), "atr")
    assert [mark.sample for mark in record.annotations] == truth.sample.tolist()
