"""The EDF that Contec's program exports: its header is wrong by 6.1 times, which nobody but the amplitude can tell."""

import numpy as np

from tests.conformance.ecg.samples import needed, recording

pytestmark = needed


def test_the_edf_with_the_wrong_scale_is_read_as_it_says_and_flagged() -> None:
    record, twin = recording("edf/0000050.ECG.edf"), recording("contec/0000050.ECG")
    assert "implausible-amplitude" in {warning.code for warning in record.warnings}
    assert record.rhythm is not None
    assert twin.rhythm is not None
    true = {lead.name: lead.samples for lead in twin.rhythm.leads}
    lead = next(lead for lead in record.rhythm.leads if lead.name == "II")
    assert lead.lsb_uv is not None
    assert lead.lsb_uv / 5.0 > 6.0
    digits = np.rint(lead.samples / lead.lsb_uv)
    assert np.abs(digits - digits.mean() - (true["II"] - true["II"].mean()) / 5.0).max() < 2.0
