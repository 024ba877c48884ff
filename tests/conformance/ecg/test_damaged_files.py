"""Ten thousand damaged recordings of every format: none crashes a reader, none hangs, none becomes another signal."""

import json
import subprocess
import sys

import pytest

from tests.conformance.ecg.samples import ROOT, SAMPLES, needed


@pytest.mark.soak
@pytest.mark.timeout(900)
@needed
def test_ten_thousand_damaged_files_are_refused_or_read_as_they_are() -> None:
    words = [sys.executable, "-W", "ignore", "-m", "benchmarks.ecg_mutations", str(SAMPLES), "10000"]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=800, cwd=ROOT)
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["read"] + found["refused"] == 10_000, found["note"]
    assert found["slow"] == 0
    assert found["peak_mb"] <= 300
