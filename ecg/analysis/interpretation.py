"""What the measurements mean: quality of every lead, rhythm, suspected reversal of electrodes, critical suspicions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ecg.analysis.critical import DEFAULT, Critical, RuleSet, critical
from ecg.analysis.model import Analysis
from ecg.analysis.quality import LeadQuality, lead_qualities
from ecg.analysis.reversal import Reversal, reversals
from ecg.analysis.rhythm import Rhythm, rhythm
from ecg.analysis.st import StElevation, st_elevation
from ecg.model import STANDARD_LEADS

HIDING = frozenset({"noise", "clipped"})  # faults of a lead in which a small QRS would not be seen
HIDING_MAINS_UV = 200.0  # hum lies above the band in which beats are looked for; beyond this too much of it gets in
LARGEST_LIMB_QRS_UV = 4000.0  # the limit of the readers' `implausible-amplitude`


@dataclass(frozen=True, slots=True)
class Interpretation:
    """`quality` has one value for each lead in their order. None is "not assessed", never "normal"."""

    quality: tuple[LeadQuality, ...]
    rhythm: Rhythm
    reversals: tuple[Reversal, ...] | None
    st: StElevation | Literal["not-assessed"] | None
    critical: Critical


def interpret(
    signals_uv: NDArray[np.floating],
    lead_names: Sequence[str],
    sampling_frequency: float,
    missing: NDArray[np.bool_] | None,
    analysis: Analysis,
    rules: RuleSet = DEFAULT,
) -> Interpretation:
    """Interpret what `analyse` measured in the same signals: (n_leads, n_samples) in microvolts, NaN where missing.

    `rules` is the list of critical values that the place has chosen. Raises ValueError when the shapes do not fit.
    """
    names, signals = tuple(lead_names), np.asarray(signals_uv)
    if signals.ndim != 2 or signals.shape != (len(names), analysis.samples):
        raise ValueError(f"signals of shape {signals.shape} are not the {len(names)} leads that were analysed")
    gone = np.isnan(signals) if missing is None else np.isnan(signals) | missing
    quality = lead_qualities(signals, names, sampling_frequency, gone)
    alive = np.array([lead.grade is not None and "off" not in lead.faults for lead in quality])
    some = alive if alive.any() else np.ones(len(names), dtype=bool)
    told = rhythm(signals[some], gone[some], analysis)
    if all(lead.grade is None or _hides(lead) for lead in quality):
        reasons = {**told.not_assessed, "standstill": "leads-unusable"}  # that no beat was found says nothing there
        told = replace(told, standstill=None, flat_line=None, not_assessed=reasons)
    good = {lead.lead.upper() for lead in quality if lead.grade in ("good", "limited")}
    usable = frozenset(name for name in STANDARD_LEADS if name.upper() in good)
    st = st_elevation(analysis, rules.st, usable)
    if told.paced or told.fibrillation or _off_scale(analysis):  # ST follows the spike, or there is none, or no volts
        st = "not-assessed"
    return Interpretation(quality, told, reversals(analysis), st, critical(analysis, told, st, rules))


def _hides(lead: LeadQuality) -> bool:
    """Whether a beat could be there unseen."""
    return bool(HIDING.intersection(lead.faults)) or (lead.mains_uv or 0.0) > HIDING_MAINS_UV


def _off_scale(analysis: Analysis) -> bool:
    """Whether the QRS of two limb leads is larger than a heart makes it: the stated scale is wrong, and ST with it."""
    limbs = {name.upper() for name in STANDARD_LEADS if not name.startswith("V")}
    rows = (values for name, values in analysis.amplitudes.items() if name.upper() in limbs)
    swings = [max(row.r or 0.0, row.r_prime or 0.0) - min(row.q or 0.0, row.s or 0.0) for row in rows]
    return sum(swing > LARGEST_LIMB_QRS_UV for swing in swings) >= 2
