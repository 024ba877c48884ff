"""The interpretation on recordings that others labelled: LUDB, CinC 2021, the CU database; and pydicom's own."""

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom.data import get_testdata_file

from benchmarks.ecg_rhythm import Tally, labels, measure
from ecg.model import Part
from ecg.readers import read
from ecg.summary import analyse_group, interpret_group, summary

SAMPLES = Path(__file__).parents[3].parent / "shared" / "samples" / "ecg" / "wfdb"
needed = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recordings of ../shared/samples/ecg are not here")


@pytest.fixture(scope="module")
def tallies() -> dict[str, Tally]:
    return measure(SAMPLES)[0]


@needed
def test_every_window_of_ventricular_fibrillation_is_marked_and_no_window_with_beats(tallies: dict[str, Tally]) -> None:
    marked = tallies["ventricular fibrillation marked, 10 s windows"]
    assert len(marked.hit) >= 30
    assert marked.missed == []
    assert tallies["fibrillation falsely marked, 10 s windows with beats"].hit == []


@needed
def test_every_labelled_third_degree_block_is_marked(tallies: dict[str, Tally]) -> None:
    block = tallies["third-degree block marked"]
    assert block.hit
    assert block.missed == []


@needed
def test_labelled_st_elevation_is_marked_but_for_the_one_record_whose_st_lies_in_the_range_of_the_healthy(
    tallies: dict[str, Tally],
) -> None:
    elevation = tallies["ST elevation marked"]
    assert len(elevation.hit) >= 6
    assert set(elevation.missed) <= {"ludb/86"}


@needed
def test_at_most_two_per_cent_of_the_sinus_records_are_marked_critical(tallies: dict[str, Tally]) -> None:
    false = tallies["sinus records with a false critical mark"]
    assert len(false.missed) >= 40
    assert false.share <= 2.0


def test_labels_are_read_from_words_and_from_codes() -> None:
    assert labels("#Rhythm: Sinus rhythm.\n#III degree AV-block. \n#STEMI: apical. ") == {"sinus", "block", "elevation"}
    assert labels("# Dx: 164889003,55827005") == {"atrial"}
    assert labels("1 12 500 5000\nnothing said") == set()


def test_the_recording_that_pydicom_carries_is_sinus_rhythm_of_good_quality_without_suspicion() -> None:
    path = get_testdata_file("waveform_ecg.dcm")
    assert isinstance(path, str)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        record = read((Part("upload", Path(path).read_bytes()),))
    assert record.rhythm is not None
    found = interpret_group(record.rhythm, analyse_group(record.rhythm))
    assert found.rhythm.atrial == "sinus-or-atrial"
    assert found.rhythm.heart_rate == pytest.approx(61, abs=1.5)
    assert found.critical.suspicions == ()
    assert found.reversals == ()
    assert {lead.grade for lead in found.quality} <= {"good", "limited"}
    told = summary(record)
    assert set(told["quality"]) == {lead.name for lead in record.rhythm.leads}
    assert told["rhythm"]["atrial"] == "sinus-or-atrial"
    assert told["critical"]["suspicions"] == []


def test_its_arms_exchanged_are_suspected() -> None:
    path = get_testdata_file("waveform_ecg.dcm")
    assert isinstance(path, str)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        record = read((Part("upload", Path(path).read_bytes()),))
    assert record.rhythm is not None
    leads = {lead.name: lead for lead in record.rhythm.leads}
    swapped = {
        "I": -leads["I"].samples, "II": leads["III"].samples, "III": leads["II"].samples,
        "aVR": leads["aVL"].samples, "aVL": leads["aVR"].samples, "aVF": leads["aVF"].samples,
    }  # fmt: skip
    group = replace(
        record.rhythm,
        leads=tuple(
            replace(lead, samples=np.asarray(swapped.get(lead.name, lead.samples))) for lead in record.rhythm.leads
        ),
    )
    found = interpret_group(group, analyse_group(group)).reversals
    assert found is not None
    assert [one.code for one in found] == ["arms"]
