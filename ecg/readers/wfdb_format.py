"""WFDB (PhysioNet): a header with its signal files and, where given, annotation files; read by the wfdb package.

The package reads files, so the parts are laid into a temporary folder under the names that the header uses. Names
are checked first: a header cannot point outside its bundle.
"""

import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from ecg.model import Annotation, Bundle, EcgRecord, Group, Lead, Part, Subject, UnreadableEcg, Warning_
from ecg.readers.assembly import (
    MAX_SAMPLES,
    finished,
    lead_from_integers,
    microvolts_per,
    resolution,
    sampling_frequency,
)
from ecg.readers.bundles import digest
from ecg.readers.wfdb_segments import Segments, joined

NAME = "wfdb"
_RECORD = re.compile(rb"(?:\s*#[^\n]*\n|\s*\n)*([\w.-]+)(?:/(\d+))?[ \t]+(\d+)(?:[ \t]+[\d.]+[^\n]*)?\r?\n")
_SIGNAL = re.compile(rb"^([\w.~-]+)[ \t]+(\d+)(?:x\d+)?(?::\d+)?(?:\+\d+)?(?:[ \t][^\n]*)?$")
_BIG_ENDIAN = re.compile(rb"^([\w.-]+)[ \t]+61((?:x\d+)?(?::\d+)?(?:\+\d+)?[ \t\r\n])", re.MULTILINE)
_BITS = {"16": 16, "24": 24, "32": 32, "61": 16, "160": 16, "212": 12, "310": 10, "311": 10}
_FRAME = re.compile(r"(\d{1,3})(?:x(\d{1,9}))?(?::(\d{1,9}))?(?:\+\d+)?$")
_MOST_SIGNALS = 256
_WHOLE_LINE = 9  # words of a signal line that has all fields of header(5)
_SAFE = re.compile(r"[\w-][\w.-]{0,63}")
_MISSING = {"212": -2048, "310": -512, "311": -512, "80": -128, "8": None, "508": None, "516": None, "524": None,
            "16": -32768, "61": -32768, "160": -32768, "24": -(2**23), "32": -(2**31)}  # fmt: skip
_UNCALIBRATED = 200.0  # header(5): a gain of 0 means uncalibrated, and is taken as 200 units a millivolt


class WfdbReader:
    """Reads `wfdb`."""

    format = NAME

    def recognises(self, bundle: Bundle) -> bool:
        """A part that begins with a record line and a signal line."""
        return _header(bundle) is not None

    def read(self, bundle: Bundle) -> EcgRecord:
        """One rhythm group. Raises UnreadableEcg: `missing-part`, `bad-header`, `truncated`, and what all demand."""
        header = _header(bundle)
        assert header is not None
        if _RECORD.match(header.data)[2]:  # type: ignore[index]
            return finished(_segments(bundle, header))
        return finished(_single(bundle, header))


def fellows(header: Part, names: Iterable[str]) -> Iterator[str]:
    """Of the names of files beside a header those that belong to its record: signals, annotations, segments."""
    lines = _lines(header)
    own = {Path(header.name).stem, *(line.split()[0] for line in lines[1:] if "/" in lines[0].split()[0])}
    signals = {line.split()[0] for line in lines[1:]}
    yield from (name for name in names if name != header.name and (Path(name).stem in own or name in signals))


def _single(bundle: Bundle, header: Part) -> EcgRecord:
    with tempfile.TemporaryDirectory(prefix="ecg-") as folder:
        name = _lay_out(bundle, header, Path(folder))
        _demand_possible(bundle, header)
        cut = tuple(_cut(header))
        record = _package_read(folder, name)
        annotations = tuple(_annotations(bundle, header, Path(folder), name))
    found = _record(record, bundle, annotations)
    return replace(found, warnings=(*cut, *found.warnings))


def _segments(bundle: Bundle, header: Part) -> EcgRecord:
    """All segments of a record on one time axis, with the marks of the whole."""
    import wfdb

    found = _RECORD.match(header.data)
    assert found is not None
    name = found[1].decode("ascii", "replace")
    if not _SAFE.fullmatch(name):
        raise _refuse("bad-header", "the record's name cannot be a file's name")
    with tempfile.TemporaryDirectory(prefix="ecg-") as folder:
        (Path(folder) / f"{name}.hea").write_bytes(header.data)
        try:
            told = wfdb.rdheader(str(Path(folder) / name))
            lengths = tuple(int(length) for length in told.seg_len)
            rate = sampling_frequency(_exact(told.fs), NAME)
            whole = Segments(tuple(told.seg_name), lengths, rate, int(told.n_sig), int(told.sig_len))
        except (ValueError, IndexError, KeyError, TypeError, AttributeError, ArithmeticError) as fault:
            raise _refuse("bad-header", f"the header of the segments cannot be read ({fault})") from fault
        own = tuple(part for part in bundle if Path(part.name).stem == name)
        annotations = tuple(_annotations(own, header, Path(folder), name))
    record = joined(whole, tuple(part for part in bundle if part not in own), _single)
    started, subject = told.base_datetime or record.started_at, _subject(told.comments)
    return replace(
        record,
        sha256=digest(bundle),
        started_at=started,
        subject=subject if subject != Subject() else record.subject,
        annotations=annotations,
    )


def _header(bundle: Bundle) -> Part | None:
    """The header: of the whole where there are segments."""
    first = None
    for part in bundle:
        found = _RECORD.match(part.data[:4096])
        if not found:
            continue
        rest = [line.strip() for line in part.data[found.end() : found.end() + 4096].split(b"\n")]
        lines = [line for line in rest if line and not line.startswith(b"#")]
        if found[2]:
            return part
        if first is None and lines and _SIGNAL.match(lines[0]):
            first = part
    return first


def _refuse(code: str, text: str) -> UnreadableEcg:
    return UnreadableEcg(code, text, NAME)


def _signal_files(header: Part) -> set[str]:
    return {line.split()[0] for line in _lines(header)[1:]} - {"~"}


def _demand_possible(bundle: Bundle, header: Part) -> None:
    """What the header declares must fit the parts, before the package makes room for it. Every format takes a byte
    and more for a sample, the FLAC formats apart."""
    record, *signals = _lines(header)
    words = record.split()
    packed = any(len(line) > 1 and line[1].startswith("5") for line in map(str.split, signals))
    try:
        samples = int(words[3]) if len(words) > 3 else 0
        frames = [_FRAME.match(line.split()[1]) for line in signals[: int(words[1])]]
    except (ValueError, IndexError):
        raise _refuse("bad-header", "the header's counts are not numbers") from None
    a_frame = sum(int(found[2] or 1) for found in frames if found)
    bits = sum(int(found[2] or 1) * _BITS.get(found[1], 8) for found in frames if found)
    skew = max((int(found[3] or 0) for found in frames if found), default=0)
    there = sum(len(part.data) for part in bundle if part is not header)
    if not 1 <= len(frames) <= _MOST_SIGNALS or len(frames) < int(words[1]) or None in frames:
        raise _refuse("bad-header", f"{words[1]} signals are declared and {len(frames)} described")
    if a_frame * (samples + skew) > MAX_SAMPLES:
        raise _refuse("too-long", f"more than {MAX_SAMPLES:,} samples are declared")
    if not packed and bits * samples > 8 * there:
        raise _refuse("truncated", f"{a_frame * samples} samples are declared and {there} bytes are there")


def _cut(header: Part) -> Iterator[Warning_]:
    """A header that stops within its last signal line may have lost digits of the gain. It is refused where the line
    has fewer words than the others, and flagged where that cannot be told."""
    lines = _lines(header)
    if header.data.endswith((b"\n", b"\r")) or header.data.rstrip().rpartition(b"\n")[2].startswith(b"#"):
        return
    words = [len(line.split()) for line in lines[1:]]
    if words and words[-1] < _WHOLE_LINE:
        if max(words) > words[-1]:
            raise _refuse("truncated", "the header ends within its last line")
        yield Warning_("no-end-mark", "the header does not end with a line's end: it may be cut")


def _lines(header: Part) -> list[str]:
    """The lines of a header without its comments."""
    text = header.data.decode("utf-8", "replace")
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def _lay_out(bundle: Bundle, header: Part, folder: Path) -> str:
    """Write the parts under the header's names; the record's name."""
    found = _RECORD.match(header.data)
    if found is None:
        raise _refuse("bad-header", "the header of a segment does not begin with a record line")
    name = found[1].decode("ascii", "replace")
    if found[2]:
        raise _refuse("multi-segment", "a segment that is made of segments itself")
    wanted = _signal_files(header)
    swapped = {file.decode("ascii", "replace") for file, _ in _BIG_ENDIAN.findall(header.data)}
    given = {Path(part.name).name: part for part in bundle if part is not header}
    for file in sorted(wanted):
        if not _SAFE.fullmatch(file):
            raise _refuse("bad-header", "the header names a file outside the recording")
        part = given.get(file) or _only_other(bundle, header, wanted)
        if part is None:
            raise _refuse("missing-part", f"the header needs {file}: send it together with the header")
        (folder / file).write_bytes(_swapped(part.data) if file in swapped else part.data)
    if not _SAFE.fullmatch(name):
        raise _refuse("bad-header", "the record's name cannot be a file's name")
    (folder / f"{name}.hea").write_bytes(_BIG_ENDIAN.sub(rb"\1 16\2", header.data))
    return name


def _swapped(data: bytes) -> bytes:
    """Format 61 as format 16: the package falls over its own big-endian type."""
    return np.frombuffer(data, ">i2", len(data) // 2).astype("<i2").tobytes() + data[len(data) & ~1 :]


def _only_other(bundle: Bundle, header: Part, wanted: set[str]) -> Part | None:
    """One header, one signal file, two parts: they belong together whatever the upload called them."""
    others = [part for part in bundle if part is not header]
    return others[0] if len(others) == len(wanted) == 1 else None


def _package_read(folder: str, name: str) -> Any:
    import wfdb

    try:
        return wfdb.rdrecord(str(Path(folder) / name), physical=False, smooth_frames=False)
    except (ValueError, IndexError, KeyError, TypeError, OSError, AttributeError, ArithmeticError) as fault:
        raise _refuse("bad-header", f"the header and the signal files do not fit each other ({fault})") from fault
    except Exception as fault:  # the package raises bare Exception for a file that is too short
        raise _refuse("truncated", f"the signal file does not hold what the header declares ({fault})") from fault


def _record(record: Any, bundle: Bundle, annotations: tuple[Annotation, ...]) -> EcgRecord:
    warnings: list[Warning_] = []
    rate = sampling_frequency(_exact(record.fs), NAME)
    voltages = list(_voltages(record, warnings))
    per_frame = {index: int(record.samps_per_frame[index] or 1) for index in voltages}
    groups = []
    for number in dict.fromkeys(per_frame.values()):
        leads = tuple(_lead(record, index, warnings) for index, frames in per_frame.items() if frames == number)
        groups.append(Group("rhythm", leads, rate * number))
    return EcgRecord(
        source_format=NAME,
        sha256=digest(bundle),
        groups=tuple(groups),
        started_at=record.base_datetime,
        subject=_subject(record.comments),
        annotations=annotations,
        warnings=tuple(warnings),
    )


def _voltages(record: Any, warnings: list[Warning_]) -> Iterator[int]:
    """The channels that measure a voltage; a pulse wave or a pressure beside them is named and left out."""
    for index, unit in enumerate(record.units):
        if microvolts_per(unit or "mV") is not None:
            yield index
        else:
            label = str(record.sig_name[index])
            warnings.append(Warning_("not-an-ecg-lead", f"{label} is in {unit}, which is no voltage: left out", label))


def _exact(value: float) -> Fraction:
    """The rate as the header spells it: 360, 128.5, 999.96."""
    return Fraction(repr(float(value))) if value else Fraction(0)


def _lead(record: Any, index: int, warnings: list[Warning_]) -> Lead:
    stored = np.asarray(record.e_d_signal[index], np.int64)
    label = record.sig_name[index] or f"ECG{index + 1}"
    gain, per_unit = float(record.adc_gain[index] or 0.0), microvolts_per(record.units[index] or "mV") or 0.0
    if gain == 0:
        gain = _UNCALIBRATED
        warnings.append(
            Warning_("uncalibrated", f"{label} states no gain; 200 units a millivolt as header(5) says", label)
        )
    lsb = resolution(per_unit / gain, NAME)
    warnings += _checksum(record, index, stored, label)
    absent = _MISSING.get(str(record.fmt[index]))
    missing = stored == absent if absent is not None else None
    return lead_from_integers(label, stored, lsb, missing, -float(record.baseline[index] or 0) * lsb)


def _checksum(record: Any, index: int, stored: np.ndarray, label: str) -> Iterator[Warning_]:
    declared = record.checksum[index] if record.checksum else None
    if declared is not None and (int(stored.sum()) - int(declared)) % 65536:
        yield Warning_("checksum", f"the samples of {label} are not those the header's checksum was made of", label)


def _subject(comments: list[str]) -> Subject:
    text = "\n".join(comments or [])
    age = re.search(r"\bage\b\D{0,3}(\d{1,3}(?:\.\d+)?)", text, re.IGNORECASE)
    sex = re.search(r"\b(?:sex|gender)\b\W*([MF])", text, re.IGNORECASE)
    years = float(age[1]) if age else None
    return Subject(
        sex=None if not sex else "M" if sex[1].upper() == "M" else "F",
        age_years=years if years is not None and 0 <= years <= 130 else None,
    )


def _annotations(bundle: Bundle, header: Part, folder: Path, name: str) -> Iterator[Annotation]:
    """Marks of every further part that the package reads as an annotation file."""
    import wfdb

    for part in bundle:
        extension = Path(part.name).suffix.lstrip(".")
        if part is header or Path(part.name).name in _signal_files(header) or not extension.isalnum():
            continue
        (folder / f"{name}.{extension}").write_bytes(part.data)
        try:
            marks = wfdb.rdann(str(folder / name), extension)
        except Exception:  # noqa: BLE001, S112 - the package has no error of its own for what is no annotation file
            continue
        for sample, symbol, note in zip(marks.sample, marks.symbol, marks.aux_note, strict=True):
            yield Annotation(int(sample), f"{extension}:{symbol}", text=note.strip("\x00") if note else "")
