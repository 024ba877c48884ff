"""MFER (ISO 22077-1, formerly ISO/TS 11073-92001): frames of sequences, channels and blocks of samples.

A frame is what the definitions before a waveform (tag 1Eh) say: `SEQ` sequences, each holding `BLK` samples of one
channel after the other. A channel's own definitions (tag 3Fh) go before those of the frame. Later frames keep earlier
definitions; a new number of channels drops the channels' own. ISO/TS 22077-2 numbers the leads as EN 1064 does.
"""

from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg.model import Annotation, Bundle, EcgRecord, Group, GroupKind, Lead, Warning_
from ecg.readers import mfer_words
from ecg.readers.assembly import (
    MAX_SAMPLES,
    finished,
    lead_from_integers,
    lead_from_microvolts,
    resolution,
    sampling_frequency,
)
from ecg.readers.bundles import digest
from ecg.readers.leads import LIMB_LEADS, lead_by_number, with_derived_limb_leads
from ecg.readers.mfer_tags import CHN, NAME, SEQ, Frame, Value, frames, looks_like, refuse

BLK, PNT, WFM, LDN, DTP, IVL, SEN, OFF, CMP, NUL = 4, 7, 8, 9, 10, 11, 12, 13, 14, 18
_TYPES = {0: "i2", 1: "u2", 2: "i4", 3: "u1", 4: "u2", 5: "i1", 6: "u4", 7: "f4", 8: "f8"}
_STATUS = 4  # a word of flags, no signal
_BEATS = {8, 9}  # WFM: averaged beat, dominant beat (ISO/TS 22077-2)
_NOT_ECG = range(30, 60)  # WFM: heart sounds, EEG and their kin
_LEAD_CODES = {*range(1, 10), *range(11, 21), *range(61, 65), *range(66, 70)}
_MAX_CHANNELS = 256


class _Channel(NamedTuple):
    """One channel of a frame: its definitions and its bytes within a sequence."""

    frame: Frame
    number: int
    block: int
    kind: np.dtype[np.generic]
    first: int
    status: bool

    def value(self, tag: int) -> Value | None:
        return self.frame.value(tag, self.number)

    @property
    def width(self) -> int:
        return self.block * self.kind.itemsize


class MferReader:
    """Reads `mfer`."""

    format = NAME

    def recognises(self, bundle: Bundle) -> bool:
        """One part that begins with the preamble `MFR`, or with a byte order and definitions of a waveform."""
        return len(bundle) == 1 and looks_like(bundle[0].data)

    def read(self, bundle: Bundle) -> EcgRecord:
        """A group for each frame and rate. Raises UnreadableEcg: `truncated`, `corrupt`, `unsupported-encoding`,
        `bad-scale`, `too-long`, and what all demand."""
        found = frames(bundle[0].data)
        warnings: list[Warning_] = []
        groups = tuple(group for frame in found.frames for group in _groups(frame, warnings))
        if not found.ended:
            warnings.append(Warning_("no-end-mark", "the file does not end with its end mark: it may be cut"))
        size = groups[0].leads[0].samples.size if groups else 0
        marks: tuple[Annotation, ...] = tuple(m for m in mfer_words.annotations(found) if m.sample < size)
        return finished(
            EcgRecord(
                source_format=NAME,
                sha256=digest(bundle),
                groups=groups,
                started_at=mfer_words.started_at(found),
                subject=mfer_words.subject(found),
                device=mfer_words.device(found),
                measurements=tuple(mfer_words.measurements(found)),
                annotations=marks,
                warnings=tuple(warnings),
            )
        )


def _groups(frame: Frame, warnings: list[Warning_]) -> list[Group]:
    """The leads of one frame; those of another rate or length make a group of their own."""
    form = frame.number(WFM, 0, default=0)
    channels = _channels(frame)
    rows = _rows(frame, channels)
    made: dict[tuple[Fraction, int], list[Lead]] = {}
    for channel in channels:
        lsb_uv = _lsb_uv(channel, warnings)
        if lsb_uv is None or channel.status or form in _NOT_ECG:
            name = _label(channel)
            warnings.append(Warning_("not-an-ecg-lead", f"{name} is no voltage of the heart: left out", name))
        else:
            lead = _lead(channel, rows, lsb_uv)
            made.setdefault((_rate(channel, warnings), lead.samples.size), []).append(lead)
    kind: GroupKind = "median-beat" if form in _BEATS else "rhythm"
    return [
        Group(kind, _with_derived(leads), rate, start_offset_s=_offset_s(frame, rate))
        for (rate, _), leads in made.items()
    ]


def _channels(frame: Frame) -> list[_Channel]:
    count = frame.number(CHN, -1, default=1)
    if not 1 <= count <= _MAX_CHANNELS:
        raise refuse("corrupt", f"a waveform of {count} channels")
    if max(frame.own, default=0) >= count:
        raise refuse("corrupt", f"definitions for channel {max(frame.own) + 1}, and {count} channels")
    if frame.root.keys().isdisjoint({IVL, SEN}) and not frame.own:
        raise refuse("bad-scale", "the file states neither a resolution nor a sampling interval: it is damaged")
    channels: list[_Channel] = []
    for number in range(count):
        code, block = frame.number(DTP, number, default=0), frame.number(BLK, number, default=1)
        packed = frame.value(CMP, number)
        if code not in _TYPES or (packed is not None and packed.number(0, 2)):
            raise refuse("unsupported-encoding", f"compressed samples, or of type {code}: ask for an export without")
        if not 1 <= block <= MAX_SAMPLES:
            raise refuse("corrupt", f"blocks of {block} samples")
        kind = np.dtype(("<" if frame.wave.little else ">") + _TYPES[code])
        first = channels[-1].first + channels[-1].width if channels else 0
        channels.append(_Channel(frame, number, block, kind, first, code == _STATUS))
    return channels


def _rows(frame: Frame, channels: list[_Channel]) -> NDArray[np.uint8]:
    """The waveform's bytes, shape (sequences, bytes of one)."""
    width, there = channels[-1].first + channels[-1].width, len(frame.wave.data)
    sequences = frame.number(SEQ, -1, default=there // width)
    if sequences * width > there:
        raise refuse("truncated", f"a waveform of {sequences * width} bytes is declared and {there} are there")
    if sequences * width < there or sequences == 0:
        raise refuse("corrupt", "the waveform is not as long as its blocks, channels and sequences")
    if sequences * sum(channel.block for channel in channels) > MAX_SAMPLES:
        raise refuse("too-long", f"more than {MAX_SAMPLES:,} samples in one waveform")
    return np.frombuffer(frame.wave.data, np.uint8).reshape(sequences, width)


def _lead(channel: _Channel, rows: NDArray[np.uint8], lsb_uv: float) -> Lead:
    """A channel in microvolts: stored minus the offset (tag 0Dh), times the resolution; the null value is missing."""
    own = np.ascontiguousarray(rows[:, channel.first : channel.first + channel.width])
    stored = own.reshape(-1).view(channel.kind)
    offset, null = _same_type(channel, OFF), _same_type(channel, NUL)
    missing = stored == null if null is not None else None
    zero = float(offset) if offset is not None else 0.0
    if stored.dtype.kind != "f":
        return lead_from_integers(_label(channel), stored, lsb_uv, missing, -zero * lsb_uv)
    with np.errstate(over="ignore", invalid="ignore"):
        samples = ((stored.astype(np.float64) - zero) * lsb_uv).astype(np.float32)
    return lead_from_microvolts(_label(channel), samples, missing)


def _same_type(channel: _Channel, tag: int) -> np.generic | None:
    """A value in the type of the samples. Raises UnreadableEcg `corrupt` where it has another length."""
    value = channel.value(tag)
    if value is None:
        return None
    if len(value.data) != channel.kind.itemsize:
        raise refuse("corrupt", f"the value of tag {tag:02X}h is not of the samples' type")
    found: np.generic = np.frombuffer(value.data, channel.kind.newbyteorder("<" if value.little else ">"))[0]
    return found


def _scaled(value: Value) -> Fraction | None:
    """Mantissa times a power of ten: unit (1 byte), exponent (1, signed), mantissa (the rest). None for nonsense."""
    exponent = value.number(1, 2, signed=True)
    if not 3 <= len(value.data) <= 6 or abs(exponent) > 20:
        return None
    return value.number(2, 6) * Fraction(10) ** exponent


def _lsb_uv(channel: _Channel, warnings: list[Warning_]) -> float | None:
    """Microvolts of one digit (tag 0Ch; 1 uV where it is absent, §5.3); None for what is no voltage."""
    value = channel.value(SEN)
    if value is None:
        text = "the file states no resolution; 1 uV a digit as ISO 22077-1 says"
        warnings.append(Warning_("uncalibrated", text, _label(channel)))
        return 1.0
    if value.data[:1] != b"\x00":
        return None
    volts = _scaled(value)
    return resolution(float(volts * 1_000_000) if volts is not None else None, NAME)


def _rate(channel: _Channel, warnings: list[Warning_]) -> Fraction:
    """Hertz (tag 0Bh: hertz or seconds; 1000 Hz where it is absent, §5.3)."""
    value = channel.value(IVL)
    if value is None:
        text = "the file states no sampling interval; 1000 Hz as ISO 22077-1 says"
        warnings.append(Warning_("default-sampling-interval", text))
        return Fraction(1000)
    number = _scaled(value) if value.data[:1] in (b"\x00", b"\x01") else None
    seconds = value.data[:1] == b"\x01"
    return sampling_frequency(1 / number if number and seconds else number, NAME)


def _label(channel: _Channel) -> str:
    """The lead of tag 09h: its number, else its text, else the channel's number."""
    value = channel.value(LDN)
    code = value.number(0, 2) if value is not None else 0
    known = lead_by_number(code) if code in _LEAD_CODES else None
    text = value.data[2:].split(b"\x00")[0].decode("latin-1").strip() if value is not None else ""
    if known is None and text.isprintable() and text:
        return text
    return known or f"MFER {channel.number + 1}"


def _with_derived(leads: list[Lead]) -> tuple[Lead, ...]:
    """III, aVR, aVL and aVF where the cart stored none of them, as most do."""
    if {lead.name for lead in leads} & set(LIMB_LEADS[2:]):
        return tuple(leads)
    return with_derived_limb_leads(leads)


def _offset_s(frame: Frame, rate: Fraction) -> float | None:
    """Seconds from the start of the recording (tag 07h, in samples); None for a frame that does not say."""
    value = frame.root.get(PNT)
    if value is not None and value.data:
        return float(value.number(0, 8) / rate)
    return 0.0 if frame.number(WFM, 0, default=0) not in _BEATS else None
