"""How well each lead was recorded: off, flat, clipped, wandering, humming, noisy.

Everything is measured on pieces of 0.2 s. Hum and noise are taken from the quiet quarter of the pieces, so that a QRS
is no noise. The limits are ours; the sizes of their steps follow the review rules of the PhysioNet/CinC Challenge 2011
(flat for more than a second, at the rail for more than 200 ms, drift, high-frequency noise).
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from ecg.analysis.filters import Mask, bridge

Grade = Literal["good", "limited", "unusable"]

PIECE_S = 0.2
FLAT_UV = 3.0  # a piece that moves less than this carries nothing: amplifiers alone make more
FLAT_RUN = 5  # pieces: 1 s
RAIL_UV = 1000.0  # a lead that stays at its extreme beyond this is at the rail …
RAIL_S = 0.02  # … when it does so for 20 ms; a true peak is rounder
BASELINE_UV = 1000.0
MAINS_UV = 50.0
NOISE_UV = 50.0
WORST_NOISE_UV = 200.0
STRETCH = 300  # pieces looked at together: a minute

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LeadQuality:
    """One lead. Shares are of the recorded time, 0 to 1; voltages in microvolts; None is "not assessed".

    `faults` holds the codes "off", "missing", "flat", "clipped", "baseline", "mains", "noise"; `grade` is None when
    nothing was recorded. "off" is a lead that is flat or missing nearly all the time.
    """

    lead: str
    grade: Grade | None
    faults: tuple[str, ...]
    missing_share: float
    flat_share: float | None = None
    clipped_share: float | None = None
    baseline_uv: float | None = None  # how far the level of one second travels, largest minus smallest
    mains_uv: float | None = None  # amplitude of 50 or 60 Hz, the larger; None below 200 Hz
    noise_uv: float | None = None  # root mean square above about 40 Hz without the hum


def lead_qualities(
    signals: NDArray[np.floating], lead_names: tuple[str, ...], fs: float, missing: Mask
) -> tuple[LeadQuality, ...]:
    """One `LeadQuality` for each row of `signals` (n_leads, n), microvolts; `missing` has the same shape."""
    piece = max(2, round(PIECE_S * fs))
    gone = missing.mean(axis=1)
    if signals.shape[1] < 5 * piece:
        return tuple(LeadQuality(name, None, (), round(float(g), 3)) for name, g in zip(lead_names, gone, strict=True))
    whole = bridge(signals, missing) if missing.any() else np.ascontiguousarray(signals, dtype=np.float32)
    parts = [_pieces(whole[:, at : at + STRETCH * piece], piece, fs) for at in _stretches(whole.shape[1], piece)]
    swing, level, hum, rest = (np.concatenate(values, axis=1) for values in zip(*parts, strict=True))
    width = swing.shape[1]
    seen: Mask = ~np.logical_or.reduce(missing[:, : width * piece].reshape(-1, width, piece), axis=2)
    clipped = _clipped(whole, level, fs)
    baseline, mains, noise = _sizes(level, hum, rest, seen)
    flat = [_long(some, FLAT_RUN) for some in (swing < FLAT_UV) & seen]
    shares = seen.mean(axis=1)
    return tuple(
        _judged(name, (float(gone[i]), flat[i] / shares[i], clipped[i]), (baseline[i], mains[i], noise[i]))
        if shares[i] > 0
        else LeadQuality(name, None, ("off", "missing"), round(float(gone[i]), 3))
        for i, name in enumerate(lead_names)
    )


def _sizes(level: Reals, hum: Reals, rest: Reals, seen: Mask) -> tuple[list[float], list[float], list[float]]:
    """Of each lead: travel of the level of a second, hum and noise in the quiet quarter of the pieces seen."""
    summed = np.cumsum(np.pad(level.astype(np.float64), ((0, 0), (1, 0))), axis=1)
    seconds = (summed[:, 5:] - summed[:, :-5]) / 5
    square = np.where(seen, rest, np.inf)
    order = np.argsort(square, axis=1)
    last = np.maximum(1, seen.sum(axis=1) // 4)[:, None] - 1
    mains, quiet = (
        (np.take_along_axis(np.cumsum(np.take_along_axis(values, order, 1), axis=1), last, 1) / (last + 1))[:, 0]
        for values in (hum.astype(np.float64), square.astype(np.float64))
    )
    noise = np.sqrt(np.maximum(0.0, quiet - np.nan_to_num(mains) ** 2 / 2))
    return (seconds.max(axis=1) - seconds.min(axis=1)).tolist(), mains.tolist(), noise.tolist()


def _stretches(n: int, piece: int) -> range:
    """Where the stretches begin; what is shorter than a piece at the end is left out."""
    return range(0, n - piece + 1, STRETCH * piece)


def _pieces(part: NDArray[np.float32], piece: int, fs: float) -> tuple[Reals, Reals, Reals, Reals]:
    """Of every piece: largest minus smallest, mean, amplitude of the hum, mean square of what is fast; (n_leads, k)."""
    count = part.shape[1] // piece
    cut = part[:, : count * piece].reshape(part.shape[0], count, piece)
    level = cut.mean(axis=2)
    fast = part[:, : count * piece] - uniform_filter1d(part, max(3, round(0.02 * fs) | 1), axis=1)[:, : count * piece]
    fast = fast.reshape(cut.shape)
    t = np.arange(piece) / fs
    angle = 2 * np.pi * np.outer(t, (50.0, 60.0))
    waves = np.concatenate([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32) * np.float32(2 / piece)
    parts = fast @ waves
    hum = np.hypot(parts[:, :, :2], parts[:, :, 2:]).max(axis=2) if fs >= 200 else np.full(level.shape, np.nan)
    square = np.einsum("ijk,ijk->ij", fast, fast) / piece
    return cut.max(axis=2) - cut.min(axis=2), level, hum, square


def _clipped(whole: NDArray[np.float32], level: Reals, fs: float) -> list[float]:
    """Share of the samples of each lead that stay at its largest or smallest value for 20 ms or more."""
    rails = np.stack([whole.max(axis=1), whole.min(axis=1)], axis=1)
    far = np.abs(rails - np.median(level, axis=1, keepdims=True)) >= RAIL_UV
    least = max(2, round(RAIL_S * fs))
    return [
        sum(_long(row == rail, least) for rail, is_far in zip(pair, distant, strict=True) if is_far)
        for row, pair, distant in zip(whole, rails, far, strict=True)
    ]


def _judged(name: str, shares: tuple[float, float, float], sizes: tuple[float, float, float]) -> LeadQuality:
    """The faults of one lead: `shares` missing, flat and clipped, `sizes` of baseline, mains and noise."""
    gone, flat, clipped = shares
    baseline, mains, noise = sizes
    off = flat > 0.8 or gone > 0.8
    tests = {
        "off": off,
        "missing": gone > 0.02,
        "flat": flat > 0.05,
        "clipped": clipped > 0.002,
        "baseline": baseline > BASELINE_UV,
        "mains": mains > MAINS_UV,
        "noise": noise > NOISE_UV,
    }
    faults = tuple(code for code, found in tests.items() if found)
    unusable = off or flat + gone > 0.5 or clipped > 0.1 or noise > WORST_NOISE_UV
    return LeadQuality(
        name, "unusable" if unusable else "limited" if faults else "good", faults,
        round(gone, 3), round(float(flat), 3), round(clipped, 4), round(baseline, 1),
        None if math.isnan(mains) else round(mains, 1), round(noise, 1),
    )  # fmt: skip


def _long(found: Mask, least: int) -> float:
    """Share of `found` that comes in runs of `least` or more."""
    if np.count_nonzero(found) < least:
        return 0.0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], found.astype(np.int8), [0]])))
    lengths = edges[1::2] - edges[::2]
    return float(lengths[lengths >= least].sum()) / found.size
