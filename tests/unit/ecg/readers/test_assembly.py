"""What every recording must meet, and what is flagged whatever the format."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest

from ecg.model import EcgRecord, Group, Lead, UnreadableEcg
from ecg.readers import assembly
from ecg.readers.leads import lead_by_label, lead_by_number, lead_number, mdc_code, with_derived_limb_leads
from tests.ecg_encoders import Truth, twelve_leads

TRUTH = twelve_leads(seconds=4.0)


def group_of(truth: Truth, frequency: Fraction = Fraction(500)) -> Group:
    leads = [
        assembly.lead_from_integers(name, row, truth.lsb_uv)
        for name, row in zip(truth.names, truth.digits, strict=True)
    ]
    return Group("rhythm", tuple(leads), frequency)


def finished(*groups: Group) -> EcgRecord:
    return assembly.finished(EcgRecord("test", "0" * 64, groups))


def codes(record: EcgRecord) -> set[str]:
    return {warning.code for warning in record.warnings}


def test_a_sound_recording_has_no_warning() -> None:
    assert not finished(group_of(TRUTH)).warnings


def test_below_200_hz_is_ambulatory_and_200_is_not() -> None:
    assert "low-sampling-frequency" in codes(finished(group_of(TRUTH, Fraction(199))))
    assert not codes(finished(group_of(TRUTH, Fraction(200))))


def test_a_scale_six_times_too_large_is_implausible_in_the_limb_leads() -> None:
    wrong = dataclasses.replace(TRUTH, digits=TRUTH.digits * 6)
    found = {warning.lead for warning in finished(group_of(wrong)).warnings if warning.code == "implausible-amplitude"}
    assert "II" in found


def test_one_jolt_is_no_implausible_scale() -> None:
    digits = TRUTH.digits.copy()
    digits[1, 700:720] = 20_000
    digits[:, 0] = 0
    assert "implausible-amplitude" not in codes(finished(group_of(dataclasses.replace(TRUTH, digits=digits))))


def test_an_offset_of_the_electrode_is_no_implausible_amplitude() -> None:
    shifted = dataclasses.replace(TRUTH.only("V3"), digits=TRUTH.only("V3").digits - 3445)
    assert not codes(finished(group_of(shifted)))


UNEQUAL = dataclasses.replace(group_of(TRUTH), leads=(*group_of(TRUTH).leads, *group_of(TRUTH.first(9)).leads))


@pytest.mark.parametrize("swap", [("I", "II"), ("III", "aVF"), ("aVR", "aVL")])
def test_limb_leads_that_do_not_add_up_are_flagged(swap: tuple[str, str]) -> None:
    digits = TRUTH.digits.copy()
    one, two = (TRUTH.names.index(name) for name in swap)
    digits[[one, two]] = digits[[two, one]]
    assert "limb-leads-disagree" in codes(finished(group_of(dataclasses.replace(TRUTH, digits=digits))))


def test_two_digits_of_rounding_are_no_disagreement() -> None:
    digits = TRUTH.digits.copy()
    digits[2] += 2
    assert not codes(finished(group_of(dataclasses.replace(TRUTH, digits=digits))))


def test_a_resolution_coarser_than_10_microvolts_is_flagged() -> None:
    assert "coarse-resolution" in codes(finished(group_of(dataclasses.replace(TRUTH, lsb_uv=12.0))))


def test_the_same_lead_twice_is_flagged() -> None:
    group = group_of(TRUTH)
    assert "duplicate-lead" in codes(finished(dataclasses.replace(group, leads=(*group.leads, group.leads[3]))))


def test_a_lead_without_a_measured_sample_is_flagged_and_a_recording_of_such_refused() -> None:
    empty = assembly.lead_from_integers("V7", TRUTH.digits[0], 5.0, np.ones(2000, np.bool_))
    group = group_of(TRUTH)
    assert "lead-not-recorded" in codes(finished(dataclasses.replace(group, leads=(*group.leads, empty))))
    with pytest.raises(UnreadableEcg) as refusal:
        finished(Group("rhythm", (empty,), Fraction(500)))
    assert refusal.value.code == "no-samples"


def test_missing_samples_do_not_hide_the_checks() -> None:
    missing = np.zeros(2000, np.bool_)
    missing[::3] = True
    wrong = [
        assembly.lead_from_integers(n, d * 8, 5.0, missing) for n, d in zip(TRUTH.names, TRUTH.digits, strict=True)
    ]
    record = finished(Group("rhythm", tuple(wrong), Fraction(500)))
    assert np.isnan(record.groups[0].leads[0].samples[::3]).all()


@pytest.mark.parametrize(
    ("groups", "code"),
    [
        ((), "no-leads"),
        ((Group("rhythm", (), Fraction(500)),), "no-leads"),
        ((group_of(TRUTH.first(0)),), "no-samples"),
        ((group_of(TRUTH), Group("other", (), Fraction(500))), "no-samples"),
        (
            (dataclasses.replace(group_of(TRUTH), leads=(*group_of(TRUTH).leads, *group_of(TRUTH.first(9)).leads)),),
            "unequal-leads",
        ),
    ],
)
def test_what_holds_no_samples_is_refused(groups: tuple[Group, ...], code: str) -> None:
    with pytest.raises(UnreadableEcg) as refusal:
        finished(*groups)
    assert refusal.value.code == code


@pytest.mark.parametrize("value", [None, "", "x", "0", "-1", 0.0, float("nan"), float("inf"), "1/0", 1e9])
def test_a_rate_that_is_none_is_refused(value: str | float | None) -> None:
    with pytest.raises(UnreadableEcg) as refusal:
        assembly.sampling_frequency(value, "test")
    assert refusal.value.code == "bad-sampling-frequency"


def test_a_rate_is_exact() -> None:
    assert assembly.sampling_frequency("333.3", "test") == Fraction(3333, 10)


def test_floats_that_are_not_finite_are_missing() -> None:
    lead = assembly.lead_from_microvolts("II", np.array([1.0, np.nan, np.inf], np.float32))
    assert lead.missing.tolist() == [False, True, True]
    assert np.isnan(lead.samples[1:]).all()


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Lead AVR", "aVR"),
        ("avf", "aVF"),
        ("MDC_ECG_LEAD_AVL", "aVL"),
        ("v4r", "V4R"),
        (" II ", "II"),
        ("MLII", "MLII"),
    ],
)
def test_a_label_is_a_lead_in_any_spelling_and_nothing_is_guessed(label: str, name: str) -> None:
    assert lead_by_label(label) == name


def test_the_numbers_of_the_leads_are_those_of_scp_ecg() -> None:
    numbers = {1: "I", 2: "II", 3: "V1", 8: "V6", 12: "V4R", 61: "III", 62: "aVR", 63: "aVL", 64: "aVF", 999: None}
    assert {number: lead_by_number(number) for number in numbers} == numbers
    assert lead_number("aVF") == 64
    assert lead_number("ECG1") is None
    assert mdc_code("aVF") == "MDC_ECG_LEAD_AVF"


def test_leads_are_derived_only_where_they_are_absent() -> None:
    leads = group_of(TRUTH).leads
    same = with_derived_limb_leads(leads)
    assert [lead.derived for lead in same] == [False] * 12
    without_ii = [lead for lead in leads if lead.name in ("I", "V1")]
    assert with_derived_limb_leads(without_ii) == tuple(without_ii)


def test_a_derived_lead_is_missing_where_its_parents_are() -> None:
    missing = np.zeros(2000, np.bool_)
    missing[10:20] = True
    one = assembly.lead_from_integers("I", TRUTH.digits[0], 5.0, missing)
    two = assembly.lead_from_integers("II", TRUTH.digits[1], 4.0)
    derived = {lead.name: lead for lead in with_derived_limb_leads([one, two])}
    assert isinstance(derived["aVF"], Lead)
    assert np.array_equal(derived["aVF"].missing, missing)
    assert derived["aVF"].lsb_uv is None
    expected = TRUTH.digits[1, 20:] * 4.0 - TRUTH.digits[0, 20:] * 2.5
    assert np.allclose(derived["aVF"].samples[20:], expected)
