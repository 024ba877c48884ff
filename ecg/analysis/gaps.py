"""Beats that an artefact has hidden: long stretches without a beat are searched once more for the shape of the beats.

An artefact raises the level that beats are measured against, and small beats beside it are lost. A standstill must not
be made of them. What is found must look like the beats around the gap in all leads together and be of their size: P
waves over a standstill of the ventricles do not look like a QRS, and are much smaller.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from ecg.analysis.filters import Signals

LONGEST_S = 1.8  # a gap shorter than this, or than so many usual intervals, is a pause of the rhythm
LONGEST_RR = 2.2
HALF_S = 0.1  # of the shape that is looked for
NEAREST = 40  # beats around the gap that make the shape
LIKENESS = 0.88
LEAST_SIZE, LARGEST_SIZE = 0.35, 2.5  # of the shape's own size
EDGE_S = 0.3  # no beat follows another sooner

Columns = NDArray[np.int64]


def hidden_beats(band: Signals, rate: float, columns: Columns) -> Columns:
    """Columns of the beats found in the gaps between `columns` (rising), of the band-passed leads (n_leads, n)."""
    gaps = _gaps(columns, band.shape[1], rate)
    half, edge = round(HALF_S * rate), round(EDGE_S * rate)
    inside = columns[(columns >= half) & (columns < band.shape[1] - half)]
    if not gaps or inside.size < 8:
        return np.zeros(0, dtype=np.int64)
    found = []
    for first, end in gaps:
        near = inside[np.argsort(np.abs(inside - (first + end) // 2))[:NEAREST]]
        shape = np.median(band[:, near[:, None] + np.arange(-half, half + 1)], axis=1)
        low, high = first + edge, end - edge
        if high - low > 2 * half + 1:
            found.append(_alike(band[:, low - half : high + half], shape, edge) + low)
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def _gaps(columns: Columns, n: int, rate: float) -> list[tuple[int, int]]:
    if columns.size < 8:
        return []
    rr = np.diff(columns)
    longest = max(LONGEST_S * rate, LONGEST_RR * float(np.median(rr)))
    edges = np.concatenate([[0], columns, [n - 1]])
    return [(int(edges[i]), int(edges[i + 1])) for i in np.flatnonzero(np.diff(edges) > longest)]


def _alike(part: Signals, shape: Signals, apart: int) -> Columns:
    """Where the part looks like the shape and has its size, counted from half a shape into the part."""
    windows = np.lib.stride_tricks.sliding_window_view(part, shape.shape[1], axis=1)
    power = float((shape**2).sum()) + 1e-9
    size = np.einsum("lkt,lt->k", windows, shape) / power
    own = np.sqrt(np.einsum("lkt,lkt->k", windows, windows)) + 1e-9
    likeness = size * np.sqrt(power) / own
    good = (likeness >= LIKENESS) & (size >= LEAST_SIZE) & (size <= LARGEST_SIZE)
    peaks, _ = signal.find_peaks(np.where(good, size, 0.0), distance=apart)
    return peaks.astype(np.int64)
