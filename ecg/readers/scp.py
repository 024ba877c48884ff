"""SCP-ECG (EN 1064): raw, Huffman (default and custom tables), first and second differences, reference beat
subtraction. Section pointers that are wrong by the origin are found by the sections' own headers.

Bimodal compression, which stores one value for four samples outside the QRS, is refused: it would have to be
interpolated. Leads that were not recorded together lie where their sample numbers put them; the rest is missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ecg.model import Bundle, EcgRecord, Group, GroupKind, Lead, UnreadableEcg, Warning_
from ecg.readers import scp_header
from ecg.readers.assembly import finished, lead_from_integers, sampling_frequency
from ecg.readers.bundles import digest
from ecg.readers.leads import LIMB_LEADS, lead_by_number, with_derived_limb_leads
from ecg.readers.scp_huffman import BrokenCode, Code, Decoder, default_decoder
from ecg.readers.scp_sections import NAME, Sections, refuse, sections_of, u16, u32

DEFAULT_TABLE = 19_999
_LONGEST_CODE = 7  # bytes that one sample can take: 56 bits
_MOST_SAMPLES = 4_000_000  # 12 leads at 500 Hz for 11 minutes: EN 1064 is for resting recordings
HEAD = 6  # of sections 5 and 6: AVM (2), sample interval (2), difference (1), bimodal (1)


@dataclass(frozen=True, slots=True)
class _Span:
    """One lead of section 3: where it lies in the recording, counted from 1 as the standard does."""

    first: int
    last: int
    number: int

    @property
    def samples(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class _Beat:
    """One QRS of section 4."""

    kind: int
    first: int
    fiducial: int
    last: int


@dataclass(frozen=True, slots=True)
class _Data:
    """Decoded integers of section 5 or 6, one array a lead, and their scale."""

    leads: list[NDArray[np.int64]]
    lsb_uv: float
    hertz: Fraction
    bimodal: bool


class ScpReader:
    """Reads `scp`."""

    format = NAME

    def recognises(self, bundle: Bundle) -> bool:
        """One part whose section 0 stands behind the record's CRC and size."""
        data = bundle[0].data if len(bundle) == 1 else b""
        return data[16:22] == b"SCPECG" or _old_header(data)

    def read(self, bundle: Bundle) -> EcgRecord:
        """The rhythm, and the reference beat where there is one. Raises UnreadableEcg: `truncated`, `bad-structure`,
        `bad-code`, and what all demand."""
        sections = sections_of(bundle[0].data)
        if 3 not in sections.bodies or 6 not in sections.bodies:
            raise refuse("no-leads", "the file holds no lead definition or no rhythm data")
        spans, subtracted = _spans(sections.bodies[3])
        decoder = _decoder(sections.bodies.get(2))
        reference = _reference(sections, spans, decoder, subtracted)
        if 3 in sections.damaged and any(_spread(spans)):
            raise refuse("checksum", "the lead definition is damaged: the leads begin or end at different samples")
        spans = _counted(spans, sections.bodies[6], decoder)
        rhythm = _decoded(sections.bodies[6], [span.samples for span in spans], decoder)
        warnings = [*sections.warnings]
        if subtracted and reference is None:
            raise refuse("bad-structure", "the reference beat was subtracted from the rhythm and is not in the file")
        if subtracted and reference is not None:
            _add_reference(sections, rhythm, reference, spans)
        if rhythm.bimodal:
            raise refuse("bimodal", "bimodal compression leaves samples out: ask for an export without it")
        groups = [_group("rhythm", rhythm, spans)]
        if reference is not None:
            groups.append(_group("median-beat", reference, spans))
        warnings += [*_spread(spans), *_rounded(u16(sections.bodies[6], 2))]
        return finished(
            EcgRecord(
                source_format=NAME,
                sha256=digest(bundle),
                groups=tuple(groups),
                started_at=scp_header.started_at(sections),
                subject=scp_header.subject(sections),
                device=scp_header.device(sections),
                measurements=tuple(scp_header.measurements(sections)),
                statements=tuple(scp_header.statements(sections)),
                annotations=tuple(scp_header.spikes(sections, rhythm.hertz)),
                warnings=tuple(warnings),
            )
        )


def _rounded(interval: int) -> Iterator[Warning_]:
    if Fraction(1_000_000, interval) != _hertz(interval):
        text = f"a sample interval of {interval} us is stated and {_hertz(interval)} Hz is meant"
        yield Warning_("rounded-sampling-interval", text)


def _old_header(data: bytes) -> bool:
    """Section 0 of a cart that leaves out the word SCPECG: id 0, whole pointers, the first of them to section 0."""
    if len(data) < 32 or data[8:10] != b"\x00\x00":
        return False
    length = u32(data, 10)
    rows = u16(data, 22) == 0 and u32(data, 24) == length and u32(data, 28) <= 8
    return rows and 16 < length <= 16 + 10 * 1024 and (length - 16) % 10 == 0


def _spans(body: bytes) -> tuple[list[_Span], bool]:
    """The leads of section 3, and whether the reference beat was subtracted. An end before its start is refused."""
    if len(body) < 2 or len(body) < 2 + 9 * body[0] or body[0] == 0:
        raise refuse("no-leads", "the lead definition names no lead or is cut")
    spans = []
    for index in range(body[0]):
        place = 2 + 9 * index
        first, last = u32(body, place), u32(body, place + 4)
        if last < first:
            raise refuse("bad-structure", f"lead {index + 1} ends before it begins")
        spans.append(_Span(first, last, body[place + 8]))
    begin, end = min(span.first for span in spans), max(span.last for span in spans)
    if (end - begin + 1) * len(spans) > _MOST_SAMPLES:
        raise refuse("too-long", f"more than {_MOST_SAMPLES:,} samples in all leads together")
    return spans, bool(body[1] & 1)


def _counted(spans: list[_Span], body: bytes, decoder: Decoder | None) -> list[_Span]:
    """The leads of section 3 where a cart counts from 0 and ends at the count: so does `demo.scp`, 0 to 10000 for
    10,000 samples. Only words that are stored raw can show that sample 0 is really there."""
    stored = [u16(body, HEAD + 2 * index) for index in range(len(spans))]
    whole = decoder is None and all(size == 2 * span.samples & 0xFFFF for size, span in zip(stored, spans, strict=True))
    return spans if whole else [replace(span, first=max(span.first, 1)) for span in spans]


def _spread(spans: list[_Span]) -> Iterator[Warning_]:
    if len({(span.first, span.last) for span in spans}) > 1:
        yield Warning_(
            "leads-not-simultaneous", "the leads were not recorded over the same time; what was not is missing"
        )


def _decoder(body: bytes | None) -> Decoder | None:
    """The decoder of section 2; None where the data are not Huffman coded."""
    if body is None:
        return None
    if len(body) < 2 or u16(body, 0) == DEFAULT_TABLE:
        return default_decoder()
    return Decoder(list(_tables(body)))


def _tables(body: bytes) -> Iterator[list[Code]]:
    """The custom tables of section 2."""
    count, place = u16(body, 0), 2
    if not 1 <= count <= 16:
        raise refuse("bad-code", f"{count} Huffman tables")
    for _ in range(count):
        size = u16(body, place)
        place += 2
        if not 1 <= size <= 4096 or place + 9 * size > len(body):
            raise refuse("bad-code", "a Huffman table is cut")
        yield [_code(body[place + 9 * n : place + 9 * n + 9]) for n in range(size)]
        place += 9 * size


def _code(entry: bytes) -> Code:
    prefix, total, mode = entry[0], entry[1], entry[2]
    value = int.from_bytes(entry[3:5], "little", signed=True)
    stored = int.from_bytes(entry[5:9], "little")
    if not 1 <= prefix <= 32 or not prefix <= total <= 56:
        raise refuse("bad-code", "a Huffman code has an impossible length")
    bits = int(f"{stored & ((1 << prefix) - 1):0{prefix}b}"[::-1], 2)  # stored least significant bit first
    # table mode switch 1 is a plain code; 0 means that `value` is the number (from 1) of the next table
    return Code(prefix, total, bits, value, None if mode == 1 else value - 1)


def _decoded(body: bytes, counts: list[int], decoder: Decoder | None) -> _Data:
    """The integers of section 5 or 6; differences are undone."""
    lead_count = len(counts)
    start = HEAD + 2 * lead_count
    if len(body) < start:
        raise refuse("truncated", "the waveform section is cut")
    nanovolts, interval, difference = u16(body, 0), u16(body, 2), body[4]
    if nanovolts == 0 or interval == 0 or difference > 2:
        raise refuse("bad-scale", "the waveform section states no scale, no rate or an unknown difference")
    stated = [u16(body, HEAD + 2 * index) for index in range(lead_count)]
    lacking = len(body) - start - sum(stated)
    if lacking < 0:
        raise refuse("truncated", "the waveform section is shorter than its leads")
    leads = []
    for size, count in zip(stated, counts, strict=True):
        # a lead over 64 KiB wraps its 16 bits: its samples tell by how much, and only where the section is long enough
        longest = size if lacking < 65_536 else max(size, count * _LONGEST_CODE)
        stored, used = _integers(body[start : start + longest], count, decoder)
        leads.append(_undone(stored, difference))
        start += size + 65_536 * max(0, -((size - used) // 65_536))
    return _Data(leads, nanovolts / 1000.0, _hertz(interval), bool(body[5] & 1))


def _hertz(interval: int) -> Fraction:
    """The rate of a sample interval in whole microseconds: 1667 is how this format spells 600 Hz."""
    meant = round(1_000_000 / interval)
    if meant and meant % 50 == 0 and round(1_000_000 / meant) == interval:
        return sampling_frequency(Fraction(meant), NAME)
    return sampling_frequency(Fraction(1_000_000, interval), NAME)


def _integers(data: bytes, count: int, decoder: Decoder | None) -> tuple[NDArray[np.int64], int]:
    """The stored integers of one lead, and how many bytes they take."""
    if decoder is not None:
        try:
            values, used = decoder.decode(data, count)
        except BrokenCode as fault:
            raise refuse("bad-code", f"a lead cannot be decoded: {fault}") from fault
        return np.array(values, np.int64), used
    if len(data) < 2 * count:
        raise refuse("truncated", "a lead holds fewer samples than declared")
    return np.frombuffer(data, "<i2", count).astype(np.int64), 2 * count


def _undone(stored: NDArray[np.int64], difference: int) -> NDArray[np.int64]:
    """Undo first or second differences (EN 1064 annex C): the first one or two samples are stored as they are."""
    if difference == 0 or stored.size < 2:
        return stored
    if difference == 1:
        return np.cumsum(stored)
    steps = stored.copy()
    steps[1] -= stored[0]
    steps[1:] = np.cumsum(steps[1:])
    return np.cumsum(steps)


def _reference(sections: Sections, spans: list[_Span], decoder: Decoder | None, subtracted: bool) -> _Data | None:
    """Section 5. A damaged one is refused where the rhythm needs it, and else left out with a warning."""
    if 5 not in sections.bodies:
        return None
    try:
        return _reference_beat(sections, spans, decoder)
    except UnreadableEcg as problem:
        if subtracted:
            raise
        text = f"the reference beat cannot be read and was left out: {problem.text}"
        sections.warnings.append(Warning_("part-left-out", text))
        return None


def _reference_beat(sections: Sections, spans: list[_Span], decoder: Decoder | None) -> _Data:
    body, beats = sections.bodies[5], sections.bodies.get(4, b"")
    interval = u16(body, 2)
    milliseconds = u16(beats, 0) if len(beats) >= 2 else 0
    count = round(milliseconds * _hertz(interval) / 1000) if interval else 0
    if not 0 < count <= 10_000:
        raise refuse("bad-structure", "the reference beat has no length")
    return _decoded(body, [count] * len(spans), decoder)


def _beats(body: bytes) -> tuple[int, list[_Beat]]:
    """Fiducial of the reference beat and the QRS complexes of section 4."""
    if len(body) < 6:
        return 0, []
    count = u16(body, 4)
    if len(body) < 6 + 14 * count:
        raise refuse("truncated", "the list of QRS complexes is cut")
    rows = [
        _Beat(u16(body, at), u32(body, at + 2), u32(body, at + 6), u32(body, at + 10))
        for at in range(6, 6 + 14 * count, 14)
    ]
    return u16(body, 2), rows


def _add_reference(sections: Sections, rhythm: _Data, reference: _Data, spans: list[_Span]) -> None:
    """Add the reference beat back at every QRS of type 0 (EN 1064 §5.7): `fiducial` lies on its fiducial."""
    if reference.hertz != rhythm.hertz or reference.lsb_uv != rhythm.lsb_uv:
        raise refuse("bad-structure", "the subtracted beat has another rate or scale than the rhythm")
    centre, beats = _beats(sections.bodies.get(4, b""))
    for span, samples, beat_samples in zip(spans, rhythm.leads, reference.leads, strict=True):
        for beat in beats:
            if beat.kind != 0:
                continue
            first, last = max(beat.first, span.first), min(beat.last, span.last)
            offset = centre - beat.fiducial  # place in the reference beat of sample n is n + offset, both from 1
            first, last = max(first, 1 - offset), min(last, beat_samples.size - offset)
            if last >= first:
                into = slice(first - span.first, last - span.first + 1)
                samples[into] += beat_samples[first + offset - 1 : last + offset]


def _group(kind: GroupKind, data: _Data, spans: list[_Span]) -> Group:
    """The leads on one clock: a beat begins for all at once, a rhythm where section 3 says."""
    starts = [span.first if kind == "rhythm" else 1 for span in spans]
    begin = min(starts)
    length = max(start - begin + lead.size for start, lead in zip(starts, data.leads, strict=True))
    leads = [
        _lead(span, samples, data.lsb_uv, start - begin, length)
        for span, samples, start in zip(spans, data.leads, starts, strict=True)
    ]
    if {lead.name for lead in leads} & set(LIMB_LEADS[2:]):
        return Group(kind, tuple(leads), data.hertz)
    return Group(kind, with_derived_limb_leads(leads), data.hertz)


def _lead(span: _Span, samples: NDArray[np.int64], lsb_uv: float, start: int, length: int) -> Lead:
    label = lead_by_number(span.number) or f"SCP {span.number}"
    if samples.size == length:
        return lead_from_integers(label, samples, lsb_uv)
    whole, missing = np.zeros(length, np.int64), np.ones(length, np.bool_)
    whole[start : start + samples.size] = samples
    missing[start : start + samples.size] = False
    return lead_from_integers(label, whole, lsb_uv, missing)
