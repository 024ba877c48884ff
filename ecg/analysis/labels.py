"""Names for the shapes of beats: good enough to know which beats the median beat may join and which are ectopic."""

from collections import defaultdict

import numpy as np

from ecg.analysis.detection import Reals, Samples
from ecg.analysis.model import BeatLabel

WIDE_MS = 110.0  # a ventricular beat is at least this wide (AHA/ACCF/HRS 2009: 110 to 120 ms is the upper normal)
WIDER_MS = 20.0  # … and wider than the normal beats by this
EARLY = 0.85  # of the usual RR
REGULAR = 0.1  # scatter of RR over its median: above it, "early" means nothing
RIVAL_SHARE = 0.25  # a narrower shape this frequent is taken for the normal one


def normal_shape(classes: list[tuple[int, int, float, float]]) -> int:
    """The number of the shape taken for normal, from (shape, beats, QRS width in ms, share with P) per stretch.

    The most frequent one, unless another that is frequent too is clearly narrower (bigeminy, interpolated runs).
    """
    count: dict[int, int] = defaultdict(int)
    width: dict[int, list[float]] = defaultdict(list)
    for shape, beats, ms, _ in classes:
        count[shape] += beats
        if np.isfinite(ms):
            width[shape].append(ms)
    total = sum(count.values())
    common = max(count, key=lambda shape: (shape >= 0, count[shape]))
    narrow = {
        shape: float(np.median(ms)) for shape, ms in width.items() if shape >= 0 and count[shape] >= RIVAL_SHARE * total
    }
    if common not in narrow or narrow[common] < WIDE_MS:
        return common
    best = min(narrow, key=lambda shape: narrow[shape])
    return best if narrow[best] < narrow[common] - WIDER_MS else common


def label_beats(
    times: Reals, shapes: Samples, normal: int, widths: Reals, has_p: Reals, spikes: Samples
) -> list[BeatLabel]:
    """A label for each beat. All (n,): `times` in seconds, `widths` in ms, `has_p` the agreement of the P wave,
    `spikes` the sample of a pacemaker spike or -1."""
    rr = np.diff(times, prepend=np.nan)
    usual = float(np.nanmedian(rr)) if times.size > 2 else np.nan
    scatter = float(np.nanmedian(np.abs(rr - usual))) / usual if np.isfinite(usual) else np.nan
    early = (rr < EARLY * usual) & (scatter < REGULAR)
    mine = widths[shapes == normal]
    typical = float(np.median(mine[np.isfinite(mine)])) if np.isfinite(mine).any() else np.nan
    out: list[BeatLabel] = []
    for i, shape in enumerate(shapes):
        wide = widths[i] >= WIDE_MS and widths[i] >= typical + WIDER_MS
        if spikes[i] >= 0:
            out.append("paced")
        elif shape == normal:
            out.append("supraventricular" if early[i] else "normal")
        elif shape < 0 and not wide:
            out.append("unclassified")
        elif wide:
            out.append("aberrant" if has_p[i] > 0 and not early[i] else "ventricular")
        else:
            out.append("supraventricular" if early[i] else "normal")
    return out
