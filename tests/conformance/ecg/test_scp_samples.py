"""Real SCP-ECG files: equal to their twins bit for bit, with the machine's own values."""

import numpy as np
import pytest

from ecg.model import EcgRecord
from tests.conformance.ecg.samples import needed, recording

pytestmark = needed


def test_example_scp_is_its_aecg_twin_bit_for_bit() -> None:
    one, two = recording("scp/Example.scp").rhythm, recording("aecg/Example_aECG.xml").rhythm
    assert one is not None
    assert two is not None
    assert one.sampling_frequency == two.sampling_frequency == 500
    assert [lead.name for lead in one.leads] == [lead.name for lead in two.leads]
    for left, right in zip(one.leads, two.leads, strict=True):
        assert np.array_equal(left.samples, right.samples)


def values(record: EcgRecord) -> dict[str, float]:
    return {measurement.name: measurement.value for measurement in record.measurements}


@pytest.mark.parametrize(
    ("path", "rate", "samples", "lsb", "expected"),
    [
        ("Example.scp", 500, 5000, 2.5, {"PR": 148, "QRS": 120, "QT": 420, "P_AXIS": 44, "QRS_AXIS": -61}),
        ("ECG_20081029_105642_ANON000010.SCP", 600, 6000, 3.75, {"HR": 80, "QRS": 87, "QT": 357, "T_AXIS": 57}),
        (
            "ECG_20170504_163507_ANON000009.SCP",
            600,
            6000,
            3.75,
            {"HR": 60, "PR": 167, "QRS": 88, "QT": 386, "QTc": 386},
        ),
        ("demo.scp", 1000, 10000, None, {}),
    ],
)
def test_rate_samples_resolution_and_the_machines_values_are_those_of_the_file(
    path: str, rate: int, samples: int, lsb: float | None, expected: dict[str, float]
) -> None:
    record = recording(f"scp/{path}")
    assert record.rhythm is not None
    assert record.rhythm.sampling_frequency == rate
    assert len(record.rhythm.leads) == 12
    assert {lead.samples.size for lead in record.rhythm.leads} == {samples}
    assert lsb is None or record.rhythm.leads[0].lsb_uv == lsb
    assert expected.items() <= values(record).items()
    assert {warning.code for warning in record.warnings} <= {"rounded-sampling-interval"}


def test_the_median_beat_of_a_file_is_as_long_as_it_says_and_peaks_where_the_rhythm_does() -> None:
    record = recording("scp/ECG_20170504_163507_ANON000009.SCP")
    median = record.groups[1]
    assert median.kind == "median-beat"
    assert median.leads[0].samples.size == 453  # 755 ms at 600 Hz
    rhythm = {lead.name: lead for lead in record.groups[0].leads}
    for lead in median.leads:
        if lead.name in ("I", "II", "V2", "V5"):
            assert 0.6 < np.ptp(lead.samples) / np.ptp(rhythm[lead.name].samples) < 1.4
