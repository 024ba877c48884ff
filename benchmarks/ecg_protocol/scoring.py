"""Matching and statistics. Every function says which protocol it follows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Errors = dict[str, list[float]]  # mark -> errors in milliseconds


@dataclass
class Counts:
    """True positives, misses and false detections, with where they were (samples)."""

    hits: int = 0
    missed: list[int] = field(default_factory=list)
    false: list[int] = field(default_factory=list)

    def add(self, other: "Counts") -> None:
        """Sum up; the places are no longer of one record."""
        self.hits += other.hits
        self.missed += other.missed
        self.false += other.false

    @property
    def sensitivity(self) -> float:
        """Percent of the reference found."""
        return 100.0 * self.hits / max(1, self.hits + len(self.missed))

    @property
    def predictivity(self) -> float:
        """Percent of the detections that are right."""
        return 100.0 * self.hits / max(1, self.hits + len(self.false))


def total(counts: Iterable[Counts]) -> Counts:
    """The sum over records."""
    out = Counts()
    for one in counts:
        out.add(one)
    return out


def mean_sd(values: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation (of the population)."""
    return float(np.mean(values)), float(np.std(values))


def match(found: Sequence[int], truth: Sequence[int], window: float) -> Counts:
    """One-to-one matching in order of time; a pair may be `window` samples apart (ANSI/AAMI EC57: 150 ms)."""
    counts = Counts()
    i = j = 0
    while i < len(truth) and j < len(found):
        gap = found[j] - truth[i]
        if abs(gap) > window:
            (counts.false if gap < 0 else counts.missed).append(found[j] if gap < 0 else truth[i])
            j, i = (j + 1, i) if gap < 0 else (j, i + 1)
            continue
        closer = j + 1 < len(found) and abs(found[j + 1] - truth[i]) < abs(gap)
        if closer and not (i + 1 < len(truth) and abs(found[j + 1] - truth[i + 1]) <= abs(found[j + 1] - truth[i])):
            counts.false.append(found[j])
            j += 1
            continue
        counts.hits += 1
        i, j = i + 1, j + 1
    counts.missed += [int(s) for s in truth[i:]]
    counts.false += [int(s) for s in found[j:]]
    return counts


def outside(samples: Iterable[int], spans: Sequence[tuple[int, int]]) -> list[int]:
    """The samples that lie in none of the spans (ventricular fibrillation is not scored beat by beat, EC57)."""
    return [int(s) for s in samples if not any(low <= s <= high for low, high in spans)]


def best_of_leads(candidates: Sequence[float | None], truth: int, fs: float, window_ms: float = 150.0) -> float | None:
    """The error in ms of the lead that comes closest (QT Database protocol, Martinez 2004), None beyond the window."""
    errors = [(value - truth) * 1000.0 / fs for value in candidates if value is not None]
    near = [error for error in errors if abs(error) <= window_ms]
    return min(near, key=abs) if near else None


def summary(per_record: dict[str, Errors], mark: str) -> tuple[float, float, int]:
    """Mean error over all beats, mean of the per-record SD (records with four or more), and the number of beats."""
    everything = [error for errors in per_record.values() for error in errors.get(mark, [])]
    spread = [float(np.std(errors[mark])) for errors in per_record.values() if len(errors.get(mark, [])) > 3]
    if not everything:
        return float("nan"), float("nan"), 0
    return float(np.mean(everything)), float(np.mean(spread)) if spread else float("nan"), len(everything)


def nearest(places: NDArray[np.int64], at: int, window: float) -> int | None:
    """Index of the place nearest to `at` within the window."""
    if places.size == 0:
        return None
    index = int(np.abs(places - at).argmin())
    return index if abs(int(places[index]) - at) <= window else None


def collected() -> Errors:
    """An empty collection of errors by mark."""
    return defaultdict(list)
