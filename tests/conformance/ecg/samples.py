"""Where the shared recordings are: beside the repository, when they are there at all."""

from pathlib import Path

import pytest

from ecg.model import EcgRecord, Part
from ecg.readers import read

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT.parent / "shared" / "samples" / "ecg"
needed = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recordings of ../shared/samples/ecg are not here")


def recording(path: str) -> EcgRecord:
    """One shared file, read."""
    return read((Part("upload", (SAMPLES / path).read_bytes()),))
