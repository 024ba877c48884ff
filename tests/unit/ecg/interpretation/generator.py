"""Rhythms with known truth on top of the analysis' synthetic beats: independent atria, standstill, fibrillation, ST."""

import numpy as np
from numpy.typing import NDArray

from ecg.analysis import analyse
from ecg.analysis.critical import DEFAULT, RuleSet
from ecg.analysis.interpretation import Interpretation, interpret
from tests.unit.ecg.analysis.synthetic import LEADS, Ecg, P, Wave, bell, ecg, lead_gains, plateau, regular

Signals = NDArray[np.float64]


def told(recording: Ecg, rules: RuleSet = DEFAULT, missing: NDArray[np.bool_] | None = None) -> Interpretation:
    """The whole way: analyse, then interpret."""
    found = analyse(recording.signals, recording.names, recording.fs, missing)
    return interpret(recording.signals, recording.names, recording.fs, missing, found, rules)


def codes(found: Interpretation) -> set[str]:
    """The codes of the critical suspicions."""
    return {one.code for one in found.critical.suspicions}


def complete_block(atrial: float, ventricular: float, seconds: float = 10.0, fs: float = 500.0) -> Ecg:
    """Atria and ventricles each at their own rate; no P wave has anything to do with a QRS."""
    out = ecg(regular(ventricular, seconds), fs, seconds, p=False)
    at = np.arange(out.signals.shape[1]) / fs
    for p in np.arange(0.13, seconds, 60.0 / atrial):
        out.signals += lead_gains(P)[:, None] * bell((at - p) / P.length) * P.uv
    return out


def fibrillating(seconds: float = 10.0, fs: float = 500.0, hertz: float = 5.0, uv: float = 400.0, seed: int = 3) -> Ecg:
    """Waves of drifting frequency and size in every lead; no beat anywhere."""
    draw = np.random.default_rng(seed)
    n = round(seconds * fs)
    drift = np.cumsum(draw.normal(0, 0.02, n)) / np.sqrt(fs)
    at = np.arange(n) / fs
    phase = 2 * np.pi * np.cumsum(hertz * (1 + 0.15 * np.sin(2 * np.pi * 0.3 * at + drift))) / fs
    size = uv * (1 + 0.4 * np.sin(2 * np.pi * 0.21 * at))
    turns = draw.uniform(0, 2 * np.pi, len(LEADS))
    share = draw.uniform(0.5, 1.2, len(LEADS))
    signals = np.stack([g * size * np.sin(phase + t) for g, t in zip(share, turns, strict=True)])
    return Ecg(signals + draw.normal(0, 5, signals.shape), fs)


def lifted(leads: dict[str, float], rate: float = 70.0, fs: float = 500.0) -> Ecg:
    """Sinus rhythm with the ST segment of each named lead lifted by its microvolts, sloping into the T wave."""
    out = ecg(regular(rate), fs)
    at = np.arange(out.signals.shape[1]) / fs
    for r in out.beats:
        for lead, uv in leads.items():
            out.signals[LEADS.index(lead)] += uv * plateau(at - r / fs, 0.05, 0.29)
    return out


def fibrillating_atria(seed: int = 5, rate: float = 85.0, fs: float = 500.0) -> Ecg:
    """Irregularly irregular beats without P waves over fibrillatory waves."""
    draw = np.random.default_rng(seed)
    times = [0.5]
    while times[-1] < 9.2:
        times.append(times[-1] + float(60 / rate * draw.uniform(0.6, 1.4)))
    out = ecg(times[:-1], fs, p=False)
    at = np.arange(out.signals.shape[1]) / fs
    phase = 2 * np.pi * np.cumsum(6.5 + 0.8 * np.sin(2 * np.pi * 0.7 * at + draw.uniform(0, 6))) / fs
    out.signals += lead_gains(Wave(0, 0, 1.0, 60.0, 0.6))[:, None] * 40.0 * np.sin(phase)
    return out


def exchanged(recording: Ecg, first: str, second: str) -> Ecg:
    """Two leads under each other's name."""
    signals = recording.signals.copy()
    i, j = recording.names.index(first), recording.names.index(second)
    signals[[i, j]] = signals[[j, i]]
    return Ecg(signals, recording.fs, recording.beats, recording.kinds, recording.names)


def limbs_from(recording: Ecg, right: Signals, left: Signals, foot: Signals) -> Ecg:
    """The recording with limb leads built from three electrode potentials, each (n,)."""
    signals = recording.signals.copy()
    one, two = left - right, foot - right
    signals[:6] = [one, two, two - one, -(one + two) / 2, one - two / 2, two - one / 2]
    return Ecg(signals, recording.fs, recording.beats, recording.kinds, recording.names)


def electrodes(recording: Ecg) -> tuple[Signals, Signals, Signals]:
    """Potentials of right arm, left arm and left foot against their mean, from I and II."""
    one, two = recording.signals[0], recording.signals[1]
    return -(one + two) / 3, (2 * one - two) / 3, (2 * two - one) / 3
