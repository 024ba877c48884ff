"""What a recording meets that no sample shows: another rate, a swaying baseline, hum, muscle, a coarser converter.

`DISTURBED` holds for everything that `truth` reads; places of the truth follow the rate. The noise of a record is the
same at every run.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy import signal

Signals = NDArray[np.float64]


@dataclass(frozen=True)
class Disturbance:
    """`rate` in hertz; the others as shares of the record's usual swing (99 % of its samples, median of the leads)."""

    name: str = "as recorded"
    rate: float | None = None
    wander: float = 0.0  # 0.1, 0.25 and 0.4 Hz
    hum: float = 0.0  # 50.03 Hz
    muscle: float = 0.0  # root mean square, 20 to 150 Hz
    lsb_uv: float | None = None

    def of(self, name: str, signals: Signals, fs: float) -> tuple[Signals, float]:
        """The signals (n_leads, n) in microvolts so disturbed, and their rate."""
        if self == Disturbance():
            return signals, fs
        made = np.nan_to_num(signals)
        if self.rate is not None and self.rate != fs:
            share = Fraction(self.rate / fs).limit_denominator(1000)
            made = signal.resample_poly(made, share.numerator, share.denominator, axis=1, padtype="line")
            fs = self.rate
        draw = np.random.default_rng(sum(map(ord, name)))
        at = np.arange(made.shape[1]) / fs
        swing = float(np.median(np.percentile(made, 99.5, axis=1) - np.percentile(made, 0.5, axis=1)))
        for hertz in (0.1, 0.25, 0.4):
            phase = draw.uniform(0, 2 * np.pi, (made.shape[0], 1))
            made = made + self.wander / 2 * swing * np.sin(2 * np.pi * hertz * at + phase)
        phase = draw.uniform(0, 2 * np.pi, (made.shape[0], 1))
        made = made + self.hum * swing * np.sin(2 * np.pi * 50.03 * at + phase)
        if self.muscle:
            band = signal.butter(2, (20.0, min(150.0, 0.45 * fs)), "band", fs=fs, output="sos")
            noise = signal.sosfilt(band, draw.normal(0, 1, made.shape), axis=1)
            made = made + self.muscle * swing * noise / noise.std(axis=1, keepdims=True)
        if self.lsb_uv:
            made = np.round(made / self.lsb_uv) * self.lsb_uv
        return made, fs

    def ratio(self, fs: float) -> float:
        """By what places counted at `fs` hertz are multiplied."""
        return 1.0 if self.rate is None else self.rate / fs


AS_RECORDED = Disturbance()
DISTURBED: ContextVar[Disturbance] = ContextVar("DISTURBED", default=AS_RECORDED)
