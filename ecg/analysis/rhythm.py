"""The rhythm: rate, regularity, pauses, pacing, the atria, conduction, fibrillation and standstill.

Every answer is None when it could not be judged and `not_assessed` then says why. Limits: bradycardia below 50 and
tachycardia above 100 a minute, wide QRS from 120 ms (AHA/ACCF/HRS 2009 part III); PR above 200 ms is first-degree block
(same); a pause is 2 s or more. Irregularity is the median change from RR to RR over the mean RR.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ecg.analysis.atria import Atria, atria
from ecg.analysis.fibrillation import fibrillation
from ecg.analysis.filters import Mask
from ecg.analysis.model import Analysis

Span = tuple[int, int]
Regularity = Literal["regular", "irregular"]
Atrial = Literal["sinus-or-atrial", "atrial-fibrillation", "atrial-flutter", "dissociated", "no-p-waves"]
Block = Literal["none-seen", "first-degree", "second-degree-suspected", "third-degree-suspected"]

PAUSE_S = 2.0
STANDSTILL_S = 4.0  # no ventricular beat for 4 s: the definition of the PhysioNet/CinC Challenge 2015
FLAT_UV = 3.0  # amplifiers alone make more
WIDE_MS = 120.0
SLOW, FAST = 50.0, 100.0
IRREGULAR = 0.05  # of sinus records the 90th percentile
FIBRILLATING = 0.09  # the change from RR to RR in atrial fibrillation
DISSOCIATED = 0.4  # strength of an atrial period of its own: 0.64 to 0.78 in the labelled samples, whatever the noise
FIBRILLATORY, FLUTTERING = 0.2, 0.3  # strength of a period of 170 to 320 ms: flutter waves repeat more exactly
PACED_SHARE = 0.6  # of the beats
CLOCK_S, CLOCK_MS = 0.003, 130.0  # scatter of RR that no node keeps, in beats this wide
ORDERLY_RR_S, ORDERLY_SCATTER = 0.45, 0.08  # beats slower than 133 a minute and this even are no fibrillation
FAINT_LEADS, FAINT_UV = 8, 300.0  # low voltage is below 0.5 mV in the limb and 1 mV in the chest leads
ESCAPE_SCATTER = 0.08  # an escape rhythm or a pacemaker is regular
ESCAPE_RATE = 65.0


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What could be said of the rhythm. Spans are (first, end) sample numbers; rates per minute."""

    heart_rate: float | None = None
    regularity: Regularity | None = None
    irregularity: float | None = None
    longest_rr_ms: float | None = None
    longest_rr: Span | None = None
    shortest_rr_ms: float | None = None
    pauses: tuple[Span, ...] = ()
    p_waves: bool | None = None  # conducted P waves before most beats
    atrial: Atrial | None = None
    atrial_rate: float | None = None
    wide_qrs: bool | None = None
    bradycardia: bool | None = None
    tachycardia: Literal["narrow", "wide", "none"] | None = None
    paced: bool | None = None
    av_block: Block | None = None
    ventricular_runs: tuple[Span, ...] = ()  # three or more ventricular beats in a row above 100 a minute
    fibrillation: tuple[Span, ...] | None = None  # ventricular fibrillation or flutter
    standstill: tuple[Span, ...] | None = None  # no ventricular beat for 4 s or more
    flat_line: bool | None = None  # whether no lead moves in the standstill: the electrodes may be off
    not_assessed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Beats:
    """The beats outside fibrillation, and the RR intervals that lie neither over a gap nor over fibrillation."""

    places: NDArray[np.int64]
    rr_s: NDArray[np.float64]
    sound: Mask  # which RR may be used; as long as `rr_s`


NO_BEATS = Beats(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=bool))


def rhythm(signals: NDArray[np.floating], missing: Mask, analysis: Analysis) -> Rhythm:
    """Judge the rhythm of one group of leads: `signals` (n_leads, n) in microvolts, `missing` of the same shape."""
    fs, n = analysis.sampling_frequency, analysis.samples
    dark: Mask = np.logical_and.reduce(missing, axis=0)
    refused = "nothing-recorded" if dark.all() else analysis.not_assessed.get("beats", "no-beats-found")
    if refused != "no-beats-found":  # that no beat was looked for is no standstill
        return Rhythm(not_assessed={"rhythm": refused})
    storm = _disorderly(fibrillation(signals, missing, fs), analysis)
    faint = _faint(analysis)
    beats = NO_BEATS if faint else _beats(analysis, storm or (), dark)
    still = _standstill(beats, storm or (), dark, fs, n)
    if beats.places.size < 3 or not beats.sound.any():
        reason = "ventricular-fibrillation" if storm else "no-qrs-seen" if faint else "too-few-beats"
        line = _flat_line(signals, still)
        return Rhythm(fibrillation=storm, standstill=still, flat_line=line, not_assessed={"rhythm": reason})
    usual = beats.rr_s[beats.sound]
    paced = _paced(analysis, usual)
    rate = 60.0 / float(usual.mean())
    where = int(np.argmax(np.where(beats.sound, beats.rr_s, 0)))
    pauses = np.flatnonzero(beats.sound & (beats.rr_s >= PAUSE_S))
    change = float(np.median(np.abs(np.diff(usual)))) / float(usual.mean()) if usual.size >= 3 else None
    has_p = _conducted(analysis)
    apart = atria(signals, missing, analysis) if has_p is None or has_p < 0.8 else Atria(None, None)
    told = _atrial(apart, has_p, change, usual)
    qrs = analysis.intervals.qrs_ms
    wide = None if qrs is None else qrs >= WIDE_MS
    return Rhythm(
        heart_rate=round(rate, 1),
        regularity=None if change is None else "irregular" if change > IRREGULAR else "regular",
        irregularity=None if change is None else round(change, 3),
        longest_rr_ms=round(float(beats.rr_s[where]) * 1000, 1),
        longest_rr=(int(beats.places[where]), int(beats.places[where + 1])),
        shortest_rr_ms=round(float(usual.min()) * 1000, 1),
        pauses=tuple((int(beats.places[i]), int(beats.places[i + 1])) for i in pauses),
        p_waves=None if has_p is None else has_p >= 0.5,
        atrial=told,
        atrial_rate=_atrial_rate(told, apart, rate),
        wide_qrs=wide,
        bradycardia=rate < SLOW,
        tachycardia="none" if rate <= FAST else None if wide is None else "wide" if wide else "narrow",
        paced=paced,
        av_block=_block(told, usual, analysis, paced),
        ventricular_runs=_runs(analysis, storm or ()),
        fibrillation=storm,
        standstill=still,
        flat_line=_flat_line(signals, still),
        not_assessed=_unknown(change, has_p, analysis),
    )


def _faint(analysis: Analysis) -> bool:
    """Whether the "beats" are too small to be a QRS in any of many leads: P waves over a ventricular standstill."""
    beat = analysis.median_beat
    if beat is None:
        return False
    swing = np.ptp(beat.signals, axis=1)
    swing = swing[np.isfinite(swing) & (swing > 0)]
    return swing.size >= FAINT_LEADS and float(swing.max()) < FAINT_UV


def _disorderly(storm: tuple[Span, ...] | None, analysis: Analysis) -> tuple[Span, ...] | None:
    """Without the spans in which beats come in order, slower than a swing: broad waves of paced or blocked beats."""
    if not storm:
        return storm
    places = np.array(analysis.r_samples, dtype=np.int64)
    kept = []
    for first, end in storm:
        rr = np.diff(places[(places >= first) & (places < end)]) / analysis.sampling_frequency
        if rr.size < 4 or float(rr.mean()) < ORDERLY_RR_S or float(rr.std()) > ORDERLY_SCATTER * float(rr.mean()):
            kept.append((first, end))
    return tuple(kept)


def _unknown(change: float | None, has_p: float | None, analysis: Analysis) -> dict[str, str]:
    tests = (
        ("regularity", change is None, "too-few-beats"),
        ("p_waves", has_p is None, "p-waves-not-judged"),
        ("wide_qrs", analysis.intervals.qrs_ms is None, "qrs-not-measured"),
    )
    return {name: reason for name, unknown, reason in tests if unknown}


def _paced(analysis: Analysis, rr: NDArray[np.float64]) -> bool:
    """A pacemaker drives the ventricles: spikes stand before most beats, or wide beats come as only a clock does."""
    labels = [beat.label for beat in analysis.beats]
    if labels.count("paced") >= PACED_SHARE * len(labels):
        return True
    wide = (analysis.intervals.qrs_ms or 0.0) >= CLOCK_MS
    return wide and rr.size >= 5 and float(rr.std()) <= max(CLOCK_S, 0.6 / analysis.sampling_frequency)


def _beats(analysis: Analysis, storm: tuple[Span, ...], dark: Mask) -> Beats:
    places = np.array(analysis.r_samples, dtype=np.int64)
    inside = np.zeros(places.size, dtype=bool)
    for first, end in storm:
        inside |= (places >= first) & (places < end)
    places = places[~inside]
    rr = np.diff(places) / analysis.sampling_frequency
    lost = np.concatenate([[0], np.cumsum(dark)])
    sound = lost[places[1:]] == lost[places[:-1]]
    for first, end in storm:
        sound &= (places[1:] <= first) | (places[:-1] >= end)
    return Beats(places, rr, sound)


def _standstill(beats: Beats, storm: tuple[Span, ...], dark: Mask, fs: float, n: int) -> tuple[Span, ...]:
    """Spans without a beat, without fibrillation and with at least one lead recorded, of 4 s or more."""
    marks = [(int(place), int(place)) for place in beats.places]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], dark.astype(np.int8), [0]])))
    marks += list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)) + list(storm)
    out, at = [], 0
    for first, end in [*sorted(marks), (n, n)]:
        if first - at >= STANDSTILL_S * fs:
            out.append((at, first))
        at = max(at, end)
    return tuple(out)


def _flat_line(signals: NDArray[np.floating], still: tuple[Span, ...]) -> bool | None:
    """Whether every lead rests all the time in some standstill; None without one."""
    if not still:
        return None
    spans = (signals[:, first:end] for first, end in still)
    return any(float(np.nanmax(np.nanmax(part, axis=1) - np.nanmin(part, axis=1))) < FLAT_UV for part in spans)


def _conducted(analysis: Analysis) -> float | None:
    """Share of the beats that a P wave precedes, of those where that could be judged."""
    known = [beat.p_present for beat in analysis.beats if beat.p_present is not None]
    return sum(known) / len(known) if len(known) >= 3 else None


def _atrial(apart: Atria, has_p: float | None, change: float | None, rr: NDArray[np.float64]) -> Atrial | None:
    if has_p is None:
        return None
    if has_p >= 0.8:
        return "sinus-or-atrial"
    own = apart.waves
    steady = float(rr.std() / rr.mean()) < ESCAPE_SCATTER
    if own and own.strength >= DISSOCIATED and steady and _apart(own.seconds, float(rr.mean())):
        return "dissociated"
    if has_p >= 0.5:
        return "sinus-or-atrial"
    flutter = apart.flutter.strength if apart.flutter else 0.0
    if flutter >= FLUTTERING:
        return "atrial-flutter"
    wild = change is not None and change >= FIBRILLATING
    return "atrial-fibrillation" if wild or flutter >= FIBRILLATORY else "no-p-waves"


def _apart(seconds: float, rr_s: float) -> bool:
    """The atria are faster than the ventricles. What is locked to these has gone with the median RR already."""
    return rr_s / seconds > 1.05


def _atrial_rate(told: Atrial | None, apart: Atria, rate: float) -> float | None:
    if told == "dissociated" and apart.waves:
        return round(60.0 / apart.waves.seconds, 1)
    if told == "atrial-flutter" and apart.flutter:
        return round(60.0 / apart.flutter.seconds, 1)
    return round(rate, 1) if told == "sinus-or-atrial" else None


def _block(told: Atrial | None, rr: NDArray[np.float64], analysis: Analysis, paced: bool) -> Block | None:
    """Conduction from the atria. Under a pacemaker that drives every beat, none is seen: third degree is suspected."""
    if told == "dissociated":
        return "third-degree-suspected" if paced or 60.0 / float(rr.mean()) <= ESCAPE_RATE else None
    if told != "sinus-or-atrial":
        return None
    if paced and (analysis.intervals.qrs_ms or 0) >= WIDE_MS:
        return "third-degree-suspected"
    ordinary = float(np.median(rr))
    labels = {beat.label for beat in analysis.beats}
    if labels == {"normal"} and bool((np.abs(rr / ordinary - 2) < 0.15).any()):
        return "second-degree-suspected"
    pr = analysis.intervals.pr_ms
    return None if pr is None else "first-degree" if pr > 200 else "none-seen"


def _runs(analysis: Analysis, storm: tuple[Span, ...]) -> tuple[Span, ...]:
    """Three ventricular beats or more in a row, faster than 100 a minute, outside fibrillation."""
    out: list[Span] = []
    run: list[int] = []
    slowest = 0.6 * analysis.sampling_frequency
    for beat in (*analysis.beats, None):
        if beat is not None and beat.label == "ventricular" and (not run or beat.r_sample - run[-1] < slowest):
            run.append(beat.r_sample)
            continue
        if len(run) >= 3 and not any(first <= run[0] < end for first, end in storm):
            out.append((run[0], run[-1]))
        run = [beat.r_sample] if beat is not None and beat.label == "ventricular" else []
    return tuple(out)
