"""Electrodes that may have been exchanged, judged on the median beat. A suspicion, never a correction.

Limb electrodes: what each exchange does to Einthoven's triangle (Kligfield et al., AHA/ACC/HRS 2007 part I; Rosen et
al. 2014). Right and left arm: lead I is upside down against V6 while II and III change places. Right arm and leg: one
limb lead becomes the potential between the two legs and is nearly flat. Left arm and left leg keeps all upright and
cannot be told from one recording: it is never reported. Chest electrodes: the QRS and T waves of neighbours resemble
each other, so that the true order has the shortest way through all six (after Kors and van Herpen 2001).
"""

from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from ecg.analysis.model import Analysis

CHEST = ("V1", "V2", "V3", "V4", "V5", "V6")
FLAT_SHARE = 0.1  # of the largest limb lead: the potential between two legs
FLAT_UV = 100.0
SHORTER = 0.8  # the way through the chest leads after the exchange against as recorded


@dataclass(frozen=True, slots=True)
class Reversal:
    """A suspected exchange: `code`, the electrodes or leads concerned, and in words what speaks for it."""

    code: str  # "arms", "right-arm-left-leg", "right-arm-right-leg", "left-arm-right-leg", "arms-legs", "precordial"
    leads: tuple[str, ...]
    evidence: str


def reversals(analysis: Analysis) -> tuple[Reversal, ...] | None:
    """The suspicions; None when there is no median beat or too few leads to judge."""
    beat = analysis.median_beat
    if beat is None or beat.fiducials.qrs_on is None or beat.fiducials.qrs_off is None:
        return None
    rows = {name.upper(): row for name, row in zip(analysis.lead_names, beat.signals, strict=True)}
    limb = all(name in rows for name in ("I", "II", "III"))
    chest = all(name in rows and np.isfinite(rows[name]).all() for name in CHEST)
    if not limb and not chest:
        return None
    first, last = beat.fiducials.qrs_on, beat.fiducials.qrs_off
    base = {name: row - row[max(0, first - 3) : first + 1].mean() for name, row in rows.items()}
    found: list[Reversal] = []
    if limb:
        found += _limbs(base, analysis, first, last)
    if chest:
        end = beat.fiducials.t_end or last
        found += _chest(np.stack([base[name] for name in CHEST]), first, last, end)
    return tuple(found)


def _limbs(base: dict[str, NDArray[np.float32]], analysis: Analysis, first: int, last: int) -> list[Reversal]:
    swing = {name: float(np.ptp(base[name][first : last + 1])) for name in ("I", "II", "III")}
    largest = max(swing.values())
    if not np.isfinite(largest) or largest < 3 * FLAT_UV:
        return []
    for name, code in (("II", "right-arm-right-leg"), ("III", "left-arm-right-leg"), ("I", "arms-legs")):
        if swing[name] < FLAT_UV and swing[name] < FLAT_SHARE * largest:
            return [Reversal(code, (name,), f"{name} swings {swing[name]:.0f} uV in the QRS, the others {largest:.0f}")]
    one, two, three = (_signs(base[name], analysis, first, last) for name in ("I", "II", "III"))
    if one[0] <= 0 and two[0] < 0 and three[0] < 0 and two[1] < 0:
        return [
            Reversal("right-arm-left-leg", ("II", "aVF"), "P of II and III and QRS of II point down, P of I not up")
        ]
    if "V6" in base and one[0] < 0 and one[1] < 0 and _signs(base["V6"], analysis, first, last)[1] > 0:
        return [Reversal("arms", ("I", "aVR"), "P and QRS of I point down while the QRS of V6 points up")]
    return []


def _signs(row: NDArray[np.float32], analysis: Analysis, first: int, last: int) -> tuple[int, int]:
    """Which way P and QRS of a lead point by their areas; 0 when there is none or it is small."""
    assert analysis.median_beat is not None
    marks = analysis.median_beat.fiducials
    p = row[marks.p_on : marks.p_off] if marks.p_on is not None and marks.p_off is not None else row[:0]
    return _way(p, 8.0), _way(row[first : last + 1], 20.0)


def _way(wave: NDArray[np.float32], least_uv: float) -> int:
    if wave.size < 3:
        return 0
    mean = float(wave.mean())
    return int(np.sign(mean)) if abs(mean) >= least_uv else 0


def _chest(rows: NDArray[np.float32], first: int, last: int, end: int) -> list[Reversal]:
    """The exchange of two chest electrodes that shortens the way from V1 to V6 most, when it does so clearly."""
    wave = rows[:, first : max(end, last) + 1]
    size = np.linalg.norm(wave, axis=1)
    if not np.isfinite(size).all() or size.min() < 1.0:
        return []
    gap = np.linalg.norm(wave[:, None, :] - wave[None, :, :], axis=2)
    now = sum(float(gap[a, b]) for a, b in pairwise(range(6)))
    ways = {}
    for a, b in combinations(range(6), 2):
        order = list(range(6))
        order[a], order[b] = b, a
        ways[a, b] = sum(float(gap[i, j]) for i, j in pairwise(order)) / now
    best = min(ways, key=lambda pair: ways[pair])
    if ways[best] > SHORTER:
        return []
    leads = (CHEST[best[0]], CHEST[best[1]])
    words = (
        f"with {leads[0]} and {leads[1]} exchanged the chest leads differ {1 - ways[best]:.0%} less from lead to lead"
    )
    return [Reversal("precordial", leads, words)]
