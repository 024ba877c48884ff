"""How well each lead was recorded: off, flat, clipped, wandering, humming, noisy.

Everything is measured on pieces of 0.2 s. Hum and noise are taken from the quiet quarter of the pieces, so that a QRS
is no noise. The limits are ours; the sizes of their steps follow the review rules of the PhysioNet/CinC Challenge 2011
(flat for more than a second, at the rail for more than 200 ms, drift, high-frequency noise).
"""

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
    clipped = _clipped(whole, fs)
    return tuple(
        _judged(name, float(gone[i]), seen[i], (swing[i], level[i], hum[i], rest[i]), clipped[i])
        for i, name in enumerate(lead_names)
    )


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


def _clipped(whole: NDArray[np.float32], fs: float) -> list[float]:
    """Share of the samples of each lead that stay at its largest or smallest value for 20 ms or more."""
    top, bottom = whole.max(axis=1, keepdims=True), whole.min(axis=1, keepdims=True)
    out = [0.0] * whole.shape[0]
    run = max(2, round(RAIL_S * fs))
    for i, row in enumerate(whole):
        middle = float(np.median(row[:: max(1, row.size // 2000)]))
        for rail in (top[i], bottom[i]):
            if abs(float(rail[0]) - middle) < RAIL_UV:
                continue
            at = np.concatenate([[0], (row == rail).astype(np.int8), [0]])
            edges = np.flatnonzero(np.diff(at))
            lengths = edges[1::2] - edges[::2]
            out[i] += float(lengths[lengths >= run].sum()) / row.size
    return out


def _judged(
    name: str, gone: float, seen: Mask, pieces: tuple[Reals, Reals, Reals, Reals], clipped: float
) -> LeadQuality:
    """The faults of one lead and what they leave of it."""
    swing, level, hum, square = pieces if seen.all() else (values[seen] for values in pieces)
    if swing.size == 0:
        return LeadQuality(name, None, ("off", "missing"), round(gone, 3))
    flat = _long(swing < FLAT_UV, FLAT_RUN)
    seconds = np.convolve(level, np.full(5, 0.2), "valid") if level.size >= 5 else level
    baseline = float(seconds.max() - seconds.min())
    quiet = np.argsort(square)[: max(1, square.size // 4)]
    mains = float(hum[quiet].mean())
    noise = float(np.sqrt(max(0.0, float(square[quiet].mean()) - (0.0 if np.isnan(mains) else mains**2 / 2))))
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
        round(gone, 3), round(flat, 3), round(clipped, 4), round(baseline, 1),
        None if np.isnan(mains) else round(mains, 1), round(noise, 1),
    )  # fmt: skip


def _long(found: Mask, least: int) -> float:
    """Share of `found` that comes in runs of `least` or more."""
    if np.count_nonzero(found) < least:
        return 0.0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], found.astype(np.int8), [0]])))
    lengths = edges[1::2] - edges[::2]
    return float(lengths[lengths >= least].sum()) / found.size
