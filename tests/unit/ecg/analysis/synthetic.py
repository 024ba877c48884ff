"""Synthetic ECGs with known truth: waves of finite length, so that every onset and end is exact.

A wave is a raised cosine (its first and last samples are exactly on the baseline). Each has a direction in space;
the leads are projections of it, so that Einthoven's law holds and axes are known.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
# direction of each precordial lead in the horizontal plane, degrees from the left axis towards the front
PRECORDIAL = {"V1": 115, "V2": 95, "V3": 75, "V4": 55, "V5": 30, "V6": 0}


@dataclass(frozen=True)
class Wave:
    """`start` and `length` in seconds from R; `uv` the height in the direction `axis` (frontal, degrees)."""

    start: float
    length: float
    uv: float
    axis: float = 50.0
    front: float = 0.2  # share that points to the front: it decides V1 to V3


P = Wave(-0.190, 0.100, 150.0, 55.0, 0.3)
NORMAL = (
    Wave(-0.045, 0.025, -120.0, 40.0, -0.5),
    Wave(-0.030, 0.055, 1200.0, 50.0, -0.2),
    Wave(0.015, 0.035, 350.0, 170.0, -0.5),
)
T = Wave(0.170, 0.200, 300.0, 45.0, 0.3)
NORMAL_QRS = (-0.045, 0.050)
PVC = (
    Wave(-0.080, 0.120, 1600.0, -60.0, 0.8),
    Wave(0.020, 0.060, -500.0, -60.0, 0.3),
    Wave(0.140, 0.260, -700.0, -60.0, 0.8),
)


@dataclass
class Ecg:
    """The signals (n_leads, n) in microvolts, and the truth in samples."""

    signals: NDArray[np.float64]
    fs: float
    beats: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    names: tuple[str, ...] = LEADS

    def only(self, *names: str) -> "Ecg":
        """The same recording with some of its leads."""
        rows = [self.names.index(name) for name in names]
        return Ecg(self.signals[rows], self.fs, self.beats, self.kinds, names)


def ecg(
    times: list[float],
    fs: float = 500.0,
    seconds: float = 10.0,
    *,
    p: bool = True,
    pvc: frozenset[int] = frozenset(),
    st_uv: float = 0.0,
    noise_uv: float = 3.0,
    seed: int = 1,
) -> Ecg:
    """Beats with R at `times` (seconds); those numbered in `pvc` are ventricular; `st_uv` lifts the ST segment."""
    n = round(fs * seconds)
    at = np.arange(n) / fs
    out = Ecg(np.zeros((len(LEADS), n)), fs)
    scale = np.sqrt(min(1.0, float(np.median(np.diff(times))))) if len(times) > 1 else 1.0
    wave_t = Wave(T.start * scale, T.length * scale, T.uv, T.axis, T.front)  # QT shortens with the RR interval
    for number, r in enumerate(times):
        waves = list(PVC) if number in pvc else [*NORMAL, wave_t, *([P] if p else [])]
        for wave in waves:
            shape = bell((at - r - wave.start) / wave.length) * wave.uv
            out.signals += lead_gains(wave)[:, None] * shape
        if st_uv and number not in pvc:
            out.signals += st_uv * plateau(at - r, NORMAL_QRS[1], 0.29)
        out.beats.append(round(r * fs))
        out.kinds.append("ventricular" if number in pvc else "normal")
    out.signals += np.random.default_rng(seed).normal(0.0, noise_uv, out.signals.shape)
    return out


def regular(rate: float, seconds: float = 10.0, first: float = 0.6) -> list[float]:
    """R times of a regular rhythm."""
    return [float(t) for t in np.arange(first, seconds - 0.5, 60.0 / rate)]


def bell(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """A raised cosine on 0 to 1, zero elsewhere."""
    return np.where((x > 0) & (x < 1), 0.5 - 0.5 * np.cos(2 * np.pi * x), 0.0)


def plateau(t: NDArray[np.float64], start: float, end: float) -> NDArray[np.float64]:
    """1 from `start` to `end`, with a falling flank of 60 ms afterwards and a rise of 4 ms before."""
    rise = np.clip((t - start + 0.004) / 0.004, 0, 1)
    fall = np.clip((end - t) / 0.06, 0, 1)
    return rise * fall


def lead_gains(wave: Wave) -> NDArray[np.float64]:
    """What each lead sees of a wave: limb leads by Einthoven, precordial leads in the horizontal plane."""
    left, down = np.cos(np.radians(wave.axis)), np.sin(np.radians(wave.axis))
    one, two = left, left / 2 + down * np.sqrt(3) / 2
    limb = [one, two, two - one, -(one + two) / 2, one - two / 2, two - one / 2]
    chest = [left * np.cos(np.radians(a)) + wave.front * np.sin(np.radians(a)) for a in PRECORDIAL.values()]
    return np.array([*limb, *chest])
