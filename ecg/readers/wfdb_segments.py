"""Multi-segment WFDB records (header(5)): one record after the other on one time axis.

A segment `~` is a gap and stays one; a first segment of no samples is the layout and holds no signal. A lead that a
segment does not have is missing there.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from ecg.model import Bundle, EcgRecord, Group, Lead, Part, UnreadableEcg
from ecg.readers.assembly import MAX_SAMPLES

NAME = "wfdb"
_MOST_SEGMENTS = 512
_MOST_LEADS = 256


@dataclass(frozen=True, slots=True)
class Segments:
    """What the header of the whole says: names and lengths (frames) of the segments, frames a second, and of the whole
    how many signals and frames it has."""

    names: tuple[str, ...]
    lengths: tuple[int, ...]
    rate: Fraction
    signals: int
    frames: int


@dataclass(slots=True)
class _Row:
    """A lead of the whole, so far: microvolts with NaN where no segment has it, and the resolutions met."""

    samples: np.ndarray
    first: Lead
    resolutions: set[float | None] = field(default_factory=set)


def joined(whole: Segments, bundle: Bundle, single: Callable[[Bundle, Part], EcgRecord]) -> EcgRecord:
    """The segments as one record; `single` reads one of them. Raises UnreadableEcg: `missing-part`, `bad-header`,
    `too-long`, and what a segment demands."""
    total = sum(whole.lengths)
    if not 1 <= len(whole.names) <= _MOST_SEGMENTS or min(whole.lengths) < 0 or total > MAX_SAMPLES:
        raise UnreadableEcg("too-long", f"{len(whole.names)} segments of {total} samples", NAME)
    if total != whole.frames:
        raise UnreadableEcg("bad-header", f"{whole.frames} samples are declared and {total} in the segments", NAME)
    rows: dict[tuple[int, str, int], _Row] = {}
    told: EcgRecord | None = None
    place = 0
    for name, length in zip(whole.names, whole.lengths, strict=True):
        if name != "~" and length:
            found = single(*_parts(bundle, name))
            told = found if told is None else replace(told, warnings=(*told.warnings, *found.warnings))
            for multiple, lead, number in _leads(found, whole.rate, length):
                _put(rows, (multiple, lead.name, number), lead, (place, total))
        place += length
    if told is None:
        raise UnreadableEcg("no-samples", "none of the segments holds a sample", NAME)
    if len(rows) > whole.signals:
        raise UnreadableEcg("bad-header", f"{whole.signals} signals are declared and {len(rows)} in the segments", NAME)
    groups = []
    for multiple in sorted({multiple for multiple, _, _ in rows}):
        leads = tuple(_lead(row) for (own, _, _), row in rows.items() if own == multiple)
        groups.append(Group("rhythm", leads, whole.rate * multiple))
    return replace(told, groups=tuple(groups), warnings=tuple(dict.fromkeys(told.warnings)))


def _parts(bundle: Bundle, name: str) -> tuple[Bundle, Part]:
    """The parts of one segment, those that its header names among them, and the header."""
    header = next((part for part in bundle if Path(part.name).name == f"{name}.hea"), None)
    if header is None:
        raise UnreadableEcg("missing-part", f"the header needs the segment {name}: send all parts together", NAME)
    words = set(header.data.split())
    own = (part for part in bundle if Path(part.name).stem == name or Path(part.name).name.encode() in words)
    return tuple(own), header


def _leads(found: EcgRecord, rate: Fraction, length: int) -> Iterator[tuple[int, Lead, int]]:
    """Samples a frame, lead, and its number among leads of that name. Raises UnreadableEcg where the segment is not
    what the whole says of it."""
    for group in found.groups:
        multiple = group.sampling_frequency / rate
        if multiple.denominator != 1 or any(lead.samples.size != length * multiple for lead in group.leads):
            raise UnreadableEcg("bad-header", "a segment has another rate or length than the record says", NAME)
        seen: Counter[str] = Counter()
        for lead in group.leads:
            yield int(multiple), lead, seen[lead.name]
            seen[lead.name] += 1


def _put(rows: dict[tuple[int, str, int], _Row], key: tuple[int, str, int], lead: Lead, span: tuple[int, int]) -> None:
    place, total = (value * key[0] for value in span)
    if key not in rows:
        if len(rows) >= _MOST_LEADS or sum(row.samples.size for row in rows.values()) + total > MAX_SAMPLES:
            raise UnreadableEcg("too-long", f"more than {MAX_SAMPLES:,} samples in one recording", NAME)
        rows[key] = _Row(np.full(total, np.nan, np.float32), lead)
    rows[key].samples[place : place + lead.samples.size] = lead.samples
    rows[key].resolutions.add(lead.lsb_uv)


def _lead(row: _Row) -> Lead:
    """With its resolution where all segments state the same."""
    lsb = row.first.lsb_uv if len(row.resolutions) == 1 else None
    return replace(row.first, samples=row.samples, missing=np.isnan(row.samples), lsb_uv=lsb)
