"""Beats cut out, aligned and joined to a median beat."""

from dataclasses import dataclass

import numpy as np

from ecg.analysis.detection import Reals, Samples
from ecg.analysis.filters import Mask, Signals, Strip

BEFORE_S = 0.45  # a P wave begins at most this long before R, and a stretch of baseline before it
AFTER_S = 0.70
ALIGN_HALF_S = 0.08
ALIGN_SLACK_S = 0.04
MOST_JOINED = 120


@dataclass(frozen=True, slots=True)
class Cuts:
    """Beats cut out of a strip: `windows` (n_beats, n_leads, width); column `zero` is sample `at` of the strip."""

    windows: Signals
    at: Samples
    zero: int
    fs: float
    usable: Mask  # (n_beats, n_leads): whole and without a gap

    def shape(self) -> tuple[int, int, int]:
        """Beats, leads, columns."""
        beats, leads, width = self.windows.shape
        return beats, leads, width


def cut(strip: Strip, at: Samples, before_s: float = BEFORE_S, after_s: float = AFTER_S) -> Cuts:
    """The beats at `at` (sample numbers of the strip). What lies outside the strip repeats its last sample."""
    before, after = round(before_s * strip.fs), round(after_s * strip.fs)
    n = strip.signals.shape[1]
    columns = at[:, None] + np.arange(-before, after + 1)
    inside = np.clip(columns, 0, n - 1)
    windows = strip.signals[:, inside].transpose(1, 0, 2)
    usable = unbroken(strip, inside)
    usable &= ((columns[:, 0] >= 0) & (columns[:, -1] < n))[:, None]
    return Cuts(windows, at, before, strip.fs, usable)


def unbroken(strip: Strip, columns: Samples) -> Mask:
    """(n_beats, n_leads): whether the lead has no gap at the given samples (n_beats, width) of the strip."""
    if not strip.missing.any():
        return np.ones((columns.shape[0], strip.missing.shape[0]), dtype=bool)
    seen: Mask = np.logical_not(strip.missing[:, columns].any(axis=2)).T
    return seen


def align(strip: Strip, at: Samples) -> tuple[Samples, Reals]:
    """The same beats moved to where they match their common shape best (n,), and that match, -1 to 1.

    The time of column zero is where the leads together stand farthest from the level before the QRS: about R.
    """
    slack = round(ALIGN_SLACK_S * strip.fs)
    half = round(ALIGN_HALF_S * strip.fs)
    n = strip.signals.shape[1]
    columns = np.clip(at[:, None] + np.arange(-half - 2 * slack, half + 2 * slack + 1), 0, n - 1)
    windows = strip.signals[:, columns].transpose(1, 0, 2)
    slopes = np.diff(windows, axis=2, append=windows[:, :, -1:])
    shift = np.zeros(at.size, dtype=np.int64)
    match = np.ones(at.size)
    width = slopes.shape[2] - 2 * slack
    view = np.lib.stride_tricks.sliding_window_view(slopes, width, axis=2)  # (n, leads, 2*slack+1, width)
    norm = np.sqrt(np.einsum("nlkt,nlkt->nk", view, view)) + 1e-9
    rows = np.arange(at.size)
    for _ in range(2):
        pattern = view[rows, :, shift + slack].mean(axis=0)
        pattern /= float(np.linalg.norm(pattern)) + 1e-9
        score = np.einsum("nlkt,lt->nk", view, pattern) / norm
        best = score.argmax(axis=1)
        shift, match = best - slack, score[rows, best]
    joined = np.stack([windows[i, :, slack + s : slack + s + width] for i, s in enumerate(shift)]).mean(axis=0)
    level = np.median(joined, axis=1, keepdims=True)
    reach = slice(slack // 2, width - slack // 2)
    peak = int(np.sqrt(((joined - level) ** 2).sum(axis=0))[reach].argmax()) + reach.start
    return at + shift + peak - (width // 2), match


def join(cuts: Cuts, match: Reals) -> Signals:
    """The median of the usable beats that match best, (n_leads, width); NaN in leads without a usable beat."""
    n, leads, width = cuts.shape()
    good = match >= min(0.9, float(np.median(match)))
    out = np.full((leads, width), np.nan, dtype=np.float32)
    whole = cuts.usable & good[:, None]
    if whole.all(axis=1).sum() >= max(1, n // 2) or (whole.all(axis=1) == whole.any(axis=1)).all():
        chosen = np.flatnonzero(whole.all(axis=1))
        if chosen.size:
            return _median(cuts.windows[chosen[:: -(-chosen.size // MOST_JOINED)]])
    for lead in range(leads):
        chosen = np.flatnonzero(whole[:, lead])
        if chosen.size == 0:
            chosen = np.flatnonzero(cuts.usable[:, lead])
        if chosen.size:
            out[lead] = _median(cuts.windows[chosen[:: -(-chosen.size // MOST_JOINED)], lead][:, None])[0]
    return out


def _median(windows: Signals) -> Signals:
    """Mean of the middle half of the beats at each sample: as robust as the median, with half its noise."""
    count = windows.shape[0]
    if count < 4:
        few: Signals = np.sort(windows, axis=0)[1] if count == 3 else windows.mean(axis=0)
        return few
    ordered = np.sort(windows, axis=0)
    trim = count // 4
    middle: Signals = ordered[trim : count - trim].mean(axis=0)
    return middle
