"""From a file's numbers to an `EcgRecord`: scaling, the demands every recording meets, and what is flagged.

Nothing is interpolated, clipped or rescaled: a sample is the stored integer times the stated resolution, plus the
stated offset.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ecg.model import EcgRecord, Group, Lead, Mask, Microvolts, UnreadableEcg, Warning_
from ecg.readers.leads import LIMB_LEADS, lead_by_label, mdc_code

MAX_SAMPLES = 32_000_000  # of all leads together: 12 leads at 500 Hz for 88 minutes
LOWEST_DIAGNOSTIC_RATE = 200  # Hz; DICOM PS3.3 §A.34.3.4.4 (12-lead ECG: 200 to 1000 Hz)
COARSE_LSB_UV = 10.0  # AHA 2007: resolution of 10 uV or finer
# Peak to peak in one second, the median over the recording. The largest true value in 5 reference databases is
# 5.0 mV (a chest lead); a limb lead of 4 mV is beyond any voltage criterion of hypertrophy.
_LARGEST_LIMB_UV, _LARGEST_UV = 4_000.0, 8_000.0

_LEFT_OUT = {"channel-not-voltage", "not-an-ecg-lead", "part-left-out"}
_FINEST_UV, _COARSEST_UV = 1e-6, 1e6

_VOLTS = {"nv": 1e-3, "nanovolt": 1e-3, "uv": 1.0, "\u00b5v": 1.0, "\u03bcv": 1.0, "microvolt": 1.0}
_VOLTS |= {"microvolts": 1.0, "mv": 1e3, "millivolt": 1e3, "millivolts": 1e3, "v": 1e6, "volt": 1e6, "volts": 1e6}
_VOLTS |= {"mdc_dim_nano_volt": 1e-3, "mdc_dim_micro_volt": 1.0, "mdc_dim_milli_volt": 1e3, "mdc_dim_volt": 1e6}


def microvolts_per(unit: str) -> float | None:
    """How many microvolts one `unit` is ("uV", "mV", "nV", "V" and their names), None when it is no voltage."""
    return _VOLTS.get(unit.strip().lower())


def sampling_frequency(value: str | float | Fraction | None, source_format: str) -> Fraction:
    """The exact sampling frequency in hertz. Raises UnreadableEcg `bad-sampling-frequency`."""
    hertz = exact(value) if isinstance(value, str) else value
    if hertz is None or not 1 <= hertz <= 100_000:
        raise UnreadableEcg("bad-sampling-frequency", f"sampling frequency {str(value)[:40]!r} Hz", source_format)
    return Fraction(hertz)


def exact(text: str) -> Fraction | None:
    """The number that a text spells ("500", "0.002", "2e-3", "1000/3"), None for anything else.

    Long texts and exponents of more than two digits are none: `Fraction` would work them out for hours.
    """
    if len(text) > 40 or not text.isascii() or "_" in text or len(text.lower().partition("e")[2].strip("+- ")) > 2:
        return None
    try:
        return Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        return None


def resolution(lsb_uv: float | None, source_format: str) -> float:
    """The microvolts of one digital unit. Raises UnreadableEcg `bad-scale` when absent or beyond any converter."""
    if lsb_uv is None or not _FINEST_UV <= abs(lsb_uv) <= _COARSEST_UV:
        stated = "nothing" if lsb_uv is None else f"{lsb_uv:g} uV"
        raise UnreadableEcg("bad-scale", f"the file states {stated} as the worth of one digit", source_format)
    return lsb_uv


def lead_from_integers(
    label: str, stored: NDArray[np.integer], lsb_uv: float, missing: Mask | None = None, offset_uv: float = 0.0
) -> Lead:
    """A lead from stored integers, shape (n,): stored times `lsb_uv` plus `offset_uv`; NaN where `missing`."""
    samples = (stored * np.float64(lsb_uv) + offset_uv).astype(np.float32)
    return _lead(label, samples, missing, abs(lsb_uv))


def lead_from_microvolts(label: str, samples: Microvolts, missing: Mask | None = None) -> Lead:
    """A lead from floating-point microvolts, shape (n,), of no stated resolution. What is not finite is missing."""
    absent = ~np.isfinite(samples)
    return _lead(label, samples.astype(np.float32), absent if missing is None else absent | missing, None)


def _lead(label: str, samples: Microvolts, missing: Mask | None, lsb_uv: float | None) -> Lead:
    name = lead_by_label(label)
    if missing is None:
        missing = np.zeros(samples.shape, np.bool_)
    elif missing.any():
        samples[missing] = np.nan
    return Lead(name, samples, missing, lsb_uv, mdc_code=mdc_code(name))


def finished(record: EcgRecord) -> EcgRecord:
    """The record with the warnings that hold for every format added to the reader's own.

    Raises UnreadableEcg: `no-leads`, `no-samples`, `unequal-leads`, `too-long`, `bad-samples`.
    """
    _demand(record)
    warnings = list(record.warnings)
    for group in record.groups:
        warnings += _duplicates(group)
        if group.kind == "rhythm":
            warnings += [*_rate(group), *_amplitudes(group), *_resolutions(group), *limb_disagreement(group)]
        warnings += _all_missing(group)
    warnings += _scattered([group for group in record.groups if group.kind == "rhythm"])
    return dataclasses.replace(record, warnings=tuple(dict.fromkeys(warnings)))


def _demand(record: EcgRecord) -> None:
    name = record.source_format
    groups = record.groups
    if not any(group.leads for group in groups):
        why = next((f": {warning.text}" for warning in record.warnings if warning.code in _LEFT_OUT), "")
        raise UnreadableEcg("no-leads", f"the file holds no ECG lead{why}", name)
    lengths = [{lead.samples.size for lead in group.leads} for group in groups]
    if any(len(sizes) > 1 for sizes in lengths):
        raise UnreadableEcg("unequal-leads", "leads of one group differ in length: the file is damaged", name)
    if any(sizes == {0} or not sizes for sizes in lengths):
        raise UnreadableEcg("no-samples", "the leads hold no sample", name)
    if sum(lead.samples.size for group in groups for lead in group.leads) > MAX_SAMPLES:
        raise UnreadableEcg("too-long", f"more than {MAX_SAMPLES:,} samples in one recording", name)
    if all(lead.missing.all() for group in groups for lead in group.leads):
        raise UnreadableEcg("no-samples", "every sample is marked as not measured", name)


def _rate(group: Group) -> Iterable[Warning_]:
    if group.sampling_frequency < LOWEST_DIAGNOSTIC_RATE:
        hertz = float(group.sampling_frequency)
        yield Warning_("low-sampling-frequency", f"{hertz:g} Hz: shown as ambulatory, not for diagnosis")


def _scattered(rhythms: Sequence[Group]) -> Iterable[Warning_]:
    """Sheets of 2.5 s a column are stored as groups of three leads: what lies outside the first is not measured."""
    first = {lead.name for group in rhythms[:1] for lead in group.leads}
    others = dict.fromkeys(lead.name for group in rhythms[1:] for lead in group.leads if lead.name not in first)
    if others:
        text = f"{', '.join(others)} lie in groups of their own; only the first group is measured and drawn"
        yield Warning_("leads-in-several-groups", text)


def _duplicates(group: Group) -> Iterable[Warning_]:
    names = [lead.name for lead in group.leads]
    if len(set(names)) < len(names):
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield Warning_("duplicate-lead", f"two leads of one group are called {name}", name)


def _all_missing(group: Group) -> Iterable[Warning_]:
    for lead in group.leads:
        if lead.missing[0] and lead.missing.all():
            yield Warning_("lead-not-recorded", f"{lead.name} holds no measured sample", lead.name)


def _resolutions(group: Group) -> Iterable[Warning_]:
    for lead in group.leads:
        if lead.lsb_uv is not None and lead.lsb_uv > COARSE_LSB_UV:
            text = f"one digit of {lead.name} is {lead.lsb_uv:.4g} uV; 10 uV or finer is diagnostic"
            yield Warning_("coarse-resolution", text, lead.name)


def _amplitudes(group: Group) -> Iterable[Warning_]:
    width = max(1, round(group.sampling_frequency))
    for lead in group.leads:
        whole = lead.samples.size // width * width
        seconds = lead.samples[:whole].reshape(-1, width) if whole else lead.samples.reshape(1, -1)
        swings = seconds.max(axis=1) - seconds.min(axis=1)
        measured = sorted(swing for swing in swings.tolist() if swing == swing)  # noqa: PLR0124 -- not NaN
        middle = measured[len(measured) // 2] if measured else 0.0
        if middle > (_LARGEST_LIMB_UV if lead.name in LIMB_LEADS else _LARGEST_UV):
            text = f"{lead.name} swings {middle / 1000:.1f} mV a second; the stated scale may be wrong"
            yield Warning_("implausible-amplitude", text, lead.name)


def limb_disagreement(group: Group) -> Sequence[Warning_]:
    """One warning when stored limb leads break III = II - I or Goldberger's sums by more than 2 LSB (or 5 uV) in
    over 1 % of the samples: mixed-up leads, or a damaged file."""
    leads = {lead.name: lead for lead in group.leads if not lead.derived}
    first, second = leads.get("I"), leads.get("II")
    if first is None or second is None:
        return ()
    expected = {"III": (-1.0, 1.0), "aVR": (-0.5, -0.5), "aVL": (1.0, -0.5), "aVF": (-0.5, 1.0)}
    for name, (weight_i, weight_ii) in expected.items():
        lead = leads.get(name)
        if lead is None:
            continue
        excess = np.abs(lead.samples - np.float32(weight_i) * first.samples - np.float32(weight_ii) * second.samples)
        tolerance = max(5.0, 2.05 * max(other.lsb_uv or 0.0 for other in (lead, first, second)))
        if np.count_nonzero(excess > tolerance) > 0.01 * excess.size:
            text = f"{name} is not what I and II make of it (off by up to {np.nanmax(excess):.0f} uV)"
            return (Warning_("limb-leads-disagree", text, name),)
    return ()
