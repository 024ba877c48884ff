"""DICOM objects of ours before dicom3tools' dciodvfy and the WFDB package: no error, the same samples."""

import dataclasses
import shutil
import subprocess
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecg.model import Bundle, EcgRecord
from ecg.readers import read
from ecg.writers.dicom import write_dicom
from ecg.writers.wfdb import write_wfdb
from tests.conformance.ecg.samples import SAMPLES, needed, recording
from tests.ecg_encoders import EXAMPLES

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def complaints(parts: Bundle, folder: Path) -> list[str]:
    """The errors that dciodvfy finds."""
    program = shutil.which("dciodvfy")
    assert program, "dciodvfy is missing: `make test` installs dicom3tools"
    file = folder / "ecg.dcm"
    file.write_bytes(parts[0].data)
    run = subprocess.run([program, str(file)], capture_output=True, text=True, check=False, timeout=60)
    lines = (run.stdout + run.stderr).splitlines()
    assert any(line.endswith("ECG") for line in lines), "no information object was recognised"
    return [line for line in lines if line.startswith(("Error", "Abort"))]


def stretched(record: EcgRecord, times: int, frequency: int, missing: bool) -> EcgRecord:
    """The rhythm repeated, at another rate, with a hole when asked for."""
    assert record.rhythm is not None
    leads = []
    for lead in record.rhythm.leads:
        samples, holes = np.tile(lead.samples, times), np.tile(lead.missing, times)
        holes[10:60] |= missing
        samples[holes] = np.nan
        leads.append(dataclasses.replace(lead, samples=samples, missing=holes))
    group = dataclasses.replace(record.rhythm, leads=tuple(leads), sampling_frequency=Fraction(frequency))
    return dataclasses.replace(record, groups=(group,), annotations=())


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_every_format_becomes_an_object_without_error(name: str, tmp_path: Path) -> None:
    assert not complaints(write_dicom(read(EXAMPLES[name]()), NOW), tmp_path)


@pytest.mark.parametrize(("times", "frequency", "missing"), [(1, 500, True), (40, 500, True), (1, 128, False)])
def test_holes_long_and_slow_recordings_become_objects_without_error(
    times: int, frequency: int, missing: bool, tmp_path: Path
) -> None:
    record = stretched(read(EXAMPLES["muse"]()), times, frequency, missing)
    assert not complaints(write_dicom(record, NOW), tmp_path)


@needed
@pytest.mark.parametrize(
    "path", ["muse_xml/muse-sinus.xml", "muse_xml/example1.xml", "sierra_xml/129DYPRG.XML", "aecg/Example_aECG.xml"]
)
def test_a_real_recording_becomes_an_object_without_error(path: str, tmp_path: Path) -> None:
    assert SAMPLES.is_dir()
    assert not complaints(write_dicom(recording(path), NOW), tmp_path)


@pytest.mark.parametrize("name", ["muse", "dicom", "sierra"])
@pytest.mark.parametrize("missing", [False, True])
def test_the_wfdb_package_reads_the_same_samples(name: str, missing: bool, tmp_path: Path) -> None:
    record = stretched(read(EXAMPLES[name]()), 2, 500, missing)
    for part in write_wfdb(record, "strip"):
        (tmp_path / part.name).write_bytes(part.data)
    found = wfdb.rdrecord(str(tmp_path / "strip"))
    assert record.rhythm is not None
    assert found.fs == 500
    assert found.sig_name == [lead.name for lead in record.rhythm.leads]
    for column, lead in enumerate(record.rhythm.leads):
        assert np.array_equal(np.isnan(found.p_signal[:, column]), lead.missing)
        assert np.allclose(found.p_signal[:, column] * 1000, lead.samples, rtol=1e-6, atol=1e-3, equal_nan=True)
