"""Real Contec files, and the CSV that Contec's own program wrote of one."""

import numpy as np
import pytest

from tests.conformance.ecg.samples import SAMPLES, needed, recording

pytestmark = needed


def test_a_contec_file_is_its_csv_twin_digit_for_digit_where_electrodes_were_on() -> None:
    """The program writes half digits rounded to whole ones, and nothing where an electrode was off."""
    rows = np.genfromtxt(SAMPLES / "contec/0000050.ECG.csv", delimiter=",")
    record = recording("contec/0000050.ECG")
    assert record.rhythm is not None
    leads = {lead.name: lead for lead in record.rhythm.leads}
    assert rows.shape[0] == leads["I"].samples.size
    compared = 0
    for column, name in enumerate(("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")):
        twin, lead = rows[:, column], leads[name]
        assert np.array_equal(np.isnan(twin), lead.missing)
        if not lead.missing.all():
            compared += 1
            assert np.abs(lead.samples / 5.0 - twin).max() <= (0.5 if name.startswith("aV") else 0.0)
    assert compared >= 6


@pytest.mark.parametrize("path", ["contec/0000037.ECG", "contec/0000050.ECG"])
def test_chest_electrodes_that_were_off_are_flagged_lead_by_lead(path: str) -> None:
    record = recording(path)
    assert record.rhythm is not None
    assert record.rhythm.sampling_frequency == 800
    off = {warning.lead for warning in record.warnings if warning.code == "lead-not-recorded"}
    assert off == {lead.name for lead in record.rhythm.leads if lead.missing.all()}
    assert off
