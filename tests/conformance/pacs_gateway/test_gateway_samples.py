"""Every sample of the field and every file that pydicom ships goes through the door: nothing crashes it."""

import re
from collections import Counter
from pathlib import Path

import pytest

from foundation.errors import LianzhenError
from tests.integration.pacs_gateway.conftest import County, county, migrated, open_county  # noqa: F401 - fixtures
from tests.unit.pacs_gateway.objects import packaged, samples

MEMORY = 400 << 20  # that the sweep may add to this process at its peak


def peak_memory() -> int:
    """Bytes that were resident at once since the last `forget_peak`."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) * 1024


def forget_peak() -> int:
    """Begin to measure anew (proc(5), clear_refs 5); the bytes resident now."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak_memory()


def swept(county: County, paths: list[Path]) -> dict[str, str]:  # noqa: F811 - the fixture's value
    """What became of each file; any error that is not a refusal of ours ends the test."""
    found = {}
    for path in paths:
        try:
            stored = county.store(path)
            found[path.name] = stored.code or stored.outcome.value
        except LianzhenError as refusal:
            found[path.name] = refusal.code
            assert refusal.code != "error"
    return found


def test_the_samples_of_the_field_are_kept_detained_or_refused_as_they_deserve(county: County) -> None:  # noqa: F811
    paths = sorted(path for path in samples().rglob("*") if path.is_file() and path.suffix != ".tsv")
    before = forget_peak()
    found = swept(county, paths)
    expected = {
        "DICOMDIR": "dicomdir", "gen_text.dcm": "not-dicom", "gen_zero_length.dcm": "empty-object",
        "gen_gzip.dcm.gz": "not-dicom", "gen_half_file.dcm": "object-incomplete", "MR_truncated.dcm":
        "object-incomplete", "gen_frames_mismatch.dcm": "object-incomplete", "gen_no_study_uid.dcm": "missing-uid",
        "gen_no_sop_instance_uid_in_dataset.dcm": "missing-uid", "video_endoscopic_mpeg4_102.dcm": "stored",
        "mortara_12lead.dcm": "stored", "wsi_tiled_25f_rgb.dcm": "stored", "cs3d_ct_jpeg53retired.dcm": "stored",
    }  # fmt: skip
    taken = ("stored", "new-version")
    for name, outcome in expected.items():
        if outcome == "stored":
            assert found[name] in taken, name
        else:
            assert found[name] == outcome, name
    counts = Counter(found.values())
    assert counts["stored"] + counts["new-version"] > len(paths) // 2
    assert peak_memory() - before < MEMORY


@pytest.mark.parametrize("name", ["uid_letters", "uid_leading_zero", "uid_path_traversal", "patientname_xss",
                                  "patientid_sql", "empty_patient_id", "trailing_garbage", "date_dotted"])  # fmt: skip
def test_odd_but_whole_objects_are_taken(county: County, name: str) -> None:  # noqa: F811
    found = swept(county, [samples() / "malformed" / f"gen_{name}.dcm"])
    assert list(found.values()) == ["stored"]


def test_pydicom_s_files_are_kept_or_refused_and_never_a_fault(county: County) -> None:  # noqa: F811
    folder = packaged("CT_small.dcm").parent
    paths = sorted(path for path in folder.rglob("*.dcm") if path.is_file())
    found = swept(county, paths)
    assert len(paths) > 60
    assert Counter(found.values())["stored"] > 30
