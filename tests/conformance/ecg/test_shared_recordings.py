"""Real files of real carts, with the truths that other files and other programs give for them."""

import numpy as np
import pytest

from ecg.model import EcgRecord, Group, UnreadableEcg
from tests.conformance.ecg.samples import SAMPLES, needed, recording

pytestmark = needed


def rhythm(path: str) -> Group:
    found = recording(path).rhythm
    assert found is not None
    return found


def values(record: EcgRecord) -> dict[str, float]:
    """The machine's values that the record states first."""
    found: dict[str, float] = {}
    for measurement in record.measurements:
        found.setdefault(measurement.name, measurement.value)
    return found


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("muse_xml/example1.xml", {"HR": 48, "PR": 138, "QRS": 96, "QT": 452, "QTc": 403, "P_AXIS": 51, "T_AXIS": 40}),
        ("muse_xml/example2.xml", {"HR": 65, "PR": 184, "QRS": 100, "QT": 420, "QTc": 437, "QRS_AXIS": -2}),
        ("muse_xml/example3.xml", {"HR": 59, "PR": 164, "QRS": 106, "QT": 436, "QTc": 432, "QRS_AXIS": 20}),
        ("muse_xml/muse-sinus.xml", {"HR": 90, "PR": 144, "QRS": 86, "QT": 402}),
        ("sierra_xml/129DYPRG.XML", {"HR": 41, "PR": 151, "QRS": 135, "QT": 476}),
        ("sierra_xml/3191723_ZZDEMOPTONLY_1-04_orig.xml", {"HR": 84, "PR": 144, "QRS": 84, "QT": 352}),
        ("sierra_xml/ad4d3d80-d165_1-04_orig.xml", {"HR": 41, "PR": 144, "QRS": 102, "QT": 564}),
        ("aecg/Example_aECG.xml", {"PR": 148, "QRS": 120, "QT": 420, "P_AXIS": 44, "QRS_AXIS": -61, "T_AXIS": 86}),
        ("cardiosoft_xml/example-XML1.xml", {"HR": 50, "PR": 174, "QRS": 92, "QT": 440, "QTc": 401, "RR": 1202}),
    ],
)
def test_the_machines_values_are_those_of_the_file(path: str, expected: dict[str, float]) -> None:
    assert expected.items() <= values(recording(path)).items()


@pytest.mark.parametrize("path", sorted(str(p.relative_to(SAMPLES)) for p in SAMPLES.glob("sierra_xml/*")))
def test_the_philips_calibration_tail_is_gone(path: str) -> None:
    record = recording(path)
    codes = {warning.code: warning.text for warning in record.warnings}
    assert "5350 to 5449" in codes["calibration-pulse-removed"]
    assert record.rhythm is not None
    assert 5000 < record.rhythm.leads[0].samples.size <= 5300
    assert not any((lead.samples[-20:] == 1000).all() for lead in record.rhythm.leads)


def test_a_philips_file_is_within_20_microvolts_of_its_aecg_twin() -> None:
    one, two = rhythm("sierra_xml/ad4d3d80-d165_1-04_orig.xml"), rhythm("aecg/ad4d3d80-d165_1-04_converted.xml")
    for left, right in zip(one.leads, two.leads, strict=True):
        assert left.name == right.name
        assert np.abs(left.samples - right.samples).max() <= 20


def test_a_muse_file_is_within_one_digit_of_its_wfdb_twin_in_all_twelve_leads() -> None:
    """The twin's digits are whole microvolts (its gain of 200/mV is a mistake of the exporter)."""
    lines = (SAMPLES / "muse_xml/muse-sinus.hea").read_text().splitlines()[1:13]
    digits = np.fromfile(SAMPLES / "muse_xml/muse-sinus.dat", "<i2").reshape(-1, 12)
    leads = {lead.name.upper(): lead for lead in rhythm("muse_xml/muse-sinus.xml").leads}
    for column, line in enumerate(lines):
        assert np.abs(leads[line.split()[-1]].samples - digits[:, column]).max() <= 0.5


def test_the_beats_of_muse_lie_on_the_r_waves() -> None:
    record = recording("muse_xml/muse-sinus.xml")
    assert record.rhythm is not None
    steep = np.abs(np.diff(np.stack([lead.samples for lead in record.rhythm.leads]), axis=1)).sum(axis=0)
    beats = [mark.sample for mark in record.annotations if mark.kind == "beat"]
    assert len(beats) == 15
    for beat in beats:
        around = steep[max(0, beat - 40) : beat + 40]
        assert around.max() > 5 * np.median(steep)


@pytest.mark.parametrize("path", ["aecg/empty.xml", "aecg/minimum_aecg.xml", "aecg/minimum_aecg_nouuid.xml"])
def test_an_aecg_without_a_recording_is_refused(path: str) -> None:
    with pytest.raises(UnreadableEcg) as refusal:
        recording(path)
    assert refusal.value.code in ("no-leads", "truncated")


def test_the_full_disclosure_of_cardiosoft_adds_up_lead_by_lead() -> None:
    group = next(g for g in recording("cardiosoft_xml/example-XML1.xml").groups if g.label == "FullDisclosure")
    leads = {lead.name: lead.samples for lead in group.leads}
    assert leads["I"].size == 8000
    assert np.array_equal(leads["III"], leads["II"] - leads["I"])


def test_no_sound_file_is_called_implausible() -> None:
    for folder in ("dicom", "muse_xml", "cardiosoft_xml", "sierra_xml"):
        for path in sorted(SAMPLES.glob(f"{folder}/*.[xXd][mMc][lLm]")):
            codes = {warning.code for warning in recording(str(path.relative_to(SAMPLES))).warnings}
            assert not codes & {"implausible-amplitude", "limb-leads-disagree", "coarse-resolution"}, path.name


def test_a_bare_csv_export_is_refused_because_its_scale_would_be_a_guess() -> None:
    with pytest.raises(UnreadableEcg) as refusal:
        recording("contec/0000050.ECG.csv")
    assert refusal.value.code == "undeclared"
