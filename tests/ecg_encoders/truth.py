"""Synthetic recordings whose every sample is known: what the encoders write and the readers must give back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg.model import STANDARD_LEADS

Digits = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Truth:
    """Stored integers, shape (leads, samples), and what one of them is worth."""

    names: tuple[str, ...]
    digits: Digits
    lsb_uv: float
    frequency: int

    @property
    def microvolts(self) -> NDArray[np.float32]:
        """The samples a reader must deliver, shape (leads, samples)."""
        return (self.digits * self.lsb_uv).astype(np.float32)

    def only(self, *names: str) -> "Truth":
        """The same recording with these leads alone."""
        rows = [self.names.index(name) for name in names]
        return Truth(names, self.digits[rows], self.lsb_uv, self.frequency)

    def first(self, samples: int) -> "Truth":
        """The same recording cut to its first samples."""
        return Truth(self.names, self.digits[:, :samples], self.lsb_uv, self.frequency)


def twelve_leads(seconds: float = 10.0, frequency: int = 500, lsb_uv: float = 5.0, seed: int = 1) -> Truth:
    """Twelve leads of P, QRS and T bumps at 75 a minute with noise of a few digits; limb leads hold together."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * frequency)) / frequency
    phase = time % 0.8
    waves = (
        (0.16, 0.02, 120.0),
        (0.30, 0.008, -90.0),
        (0.32, 0.010, 950.0),
        (0.35, 0.009, -200.0),
        (0.56, 0.04, 260.0),
    )
    beat = sum(height * np.exp(-(((phase - at) / width) ** 2) / 2) for at, width, height in waves)
    gains = {"I": 0.7, "II": 1.0, "V1": -0.6, "V2": 0.5, "V3": 1.1, "V4": 1.6, "V5": 1.3, "V6": 0.9}
    digits = {
        name: np.rint(gain * beat / lsb_uv + rng.normal(0.0, 1.5, time.size)).astype(np.int64)
        for name, gain in gains.items()
    }
    one, two = digits["I"], digits["II"]
    digits |= {"III": two - one, "aVR": -(one + two) // 2, "aVL": one - two // 2, "aVF": two - one // 2}
    rows: Digits = np.stack([digits[name] for name in STANDARD_LEADS])
    return Truth(STANDARD_LEADS, rows, lsb_uv, frequency)
