"""`ecg`: read, measure, convert and draw ECG files; no database, no server. docs/ecg-command.md is its contract."""

import argparse
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import orjson

from ecg.drawing import Caption, Presentation, Sheet, lay_out, paint_pdf, paint_png, paint_svg
from ecg.drawing.layout import FORMATS, filters_text
from ecg.model import Bundle, EcgRecord, Group, Part, UnreadableEcg
from ecg.readers import READERS, read
from ecg.readers.wfdb_format import fellows
from ecg.summary import analyse_group, summary
from ecg.writers import UnwritableEcg
from ecg.writers.csv import write_csv
from ecg.writers.dicom import write_dicom
from ecg.writers.wfdb import write_wfdb

SEXES = {"M": "男 M", "F": "女 F", "O": "其他 O"}
DIAGNOSTIC_LOW_PASS_HZ, DIAGNOSTIC_SAMPLING_HZ = 40, 200


def arguments(parser: argparse.ArgumentParser) -> None:
    """`analyse FILE…`, `convert FILE --to …`, `draw FILE --to …`."""
    acts = parser.add_subparsers(dest="act", required=True)
    measure = acts.add_parser("analyse", help="one JSON line a file: what was read and measured")
    measure.add_argument("files", nargs="+", type=Path)
    measure.add_argument("--json", action="store_true", help="JSON lines (the only form)")
    convert = acts.add_parser("convert", help="write the recording as another format")
    convert.add_argument("file", type=Path)
    convert.add_argument("--to", required=True, choices=("dicom", "wfdb", "csv"))
    convert.add_argument("--out", type=Path, help="folder or file; beside the source when not given")
    draw = acts.add_parser("draw", help="draw the sheet true to the millimetre")
    draw.add_argument("file", type=Path)
    draw.add_argument("--to", required=True, choices=("svg", "pdf", "png"))
    draw.add_argument("--out", type=Path)
    draw.add_argument("--format", default="3x4+1R", choices=(*FORMATS, "stacked"))
    draw.add_argument("--speed", type=float, default=25.0, choices=(12.5, 25.0, 50.0), help="mm/s")
    draw.add_argument("--gain", type=float, default=10.0, choices=(5.0, 10.0, 20.0), help="mm/mV")
    draw.add_argument("--cabrera", action="store_true")
    draw.add_argument("--ppi", type=float, default=150.0, help="pixels an inch of a PNG")


def main(given: argparse.Namespace) -> int:
    """0 when every file could be read and written, 1 otherwise."""
    acts: dict[str, Callable[[argparse.Namespace], int]] = {"analyse": _analyse, "convert": _convert, "draw": _draw}
    return acts[given.act](given)


def bundle_of(path: Path) -> Bundle:
    """The file, or every file of a folder; a WFDB header brings the files of its name along, and is brought by them."""
    if path.is_dir():
        return tuple(Part(file.name, file.read_bytes()) for file in sorted(path.iterdir()) if file.is_file())
    alone = (_part(path),)
    if not READERS["wfdb"].recognises(alone):
        header = path.with_suffix(".hea")
        known = header != path and header.is_file() and not any(one.recognises(alone) for one in READERS.values())
        return bundle_of(header) if known and READERS["wfdb"].recognises((_part(header),)) else alone
    names = sorted(file.name for file in path.parent.iterdir() if file.is_file())
    return (*alone, *(_part(path.parent / name) for name in fellows(alone[0], names)))


def _part(path: Path) -> Part:
    return Part(path.name, path.read_bytes())


def _refusal(path: Path, fault: UnreadableEcg | UnwritableEcg | OSError) -> dict[str, object]:
    code = "unreadable-file" if isinstance(fault, OSError) else fault.code
    text = (fault.strerror or "") if isinstance(fault, OSError) else fault.text
    return {"file": str(path), "error": {"code": code, "text": text}}


def _analyse(given: argparse.Namespace) -> int:
    failed = 0
    for path in given.files:
        try:
            line: dict[str, object] = {"file": str(path), **summary(read(bundle_of(path)))}
        except (UnreadableEcg, OSError) as fault:
            failed, line = 1, _refusal(path, fault)
        sys.stdout.buffer.write(orjson.dumps(line) + b"\n")
        sys.stdout.buffer.flush()
    return failed


def _convert(given: argparse.Namespace) -> int:
    try:
        record = read(bundle_of(given.file))
        if given.to == "dicom":
            parts = write_dicom(record, datetime.now(UTC))
        else:
            parts = write_csv(record) if given.to == "csv" else write_wfdb(record, given.file.stem)
    except (UnreadableEcg, UnwritableEcg, OSError) as fault:
        print(orjson.dumps(_refusal(given.file, fault)).decode(), file=sys.stderr)
        return 1
    folder, named = _target(given)
    for part in parts:
        target = named if named and len(parts) == 1 else folder / part.name
        target.write_bytes(part.data)
        print(target)
    return 0


def _target(given: argparse.Namespace) -> tuple[Path, Path | None]:
    if given.out is None:
        return given.file.parent, None
    return (given.out, None) if given.out.is_dir() else (given.out.parent, given.out)


def _draw(given: argparse.Namespace) -> int:
    try:
        record = read(bundle_of(given.file))
        sheet = sheet_of(record, given)
    except (UnreadableEcg, OSError) as fault:
        print(orjson.dumps(_refusal(given.file, fault)).decode(), file=sys.stderr)
        return 1
    target = given.out or given.file.with_name(f"{given.file.name}.{given.to}")
    painted = {"svg": lambda: paint_svg(sheet).encode(), "pdf": lambda: paint_pdf(sheet)}
    target.write_bytes(painted[given.to]() if given.to in painted else paint_png(sheet, given.ppi))
    print(target)
    return 0


def sheet_of(record: EcgRecord, given: argparse.Namespace) -> Sheet:
    """The rhythm group laid out with its own words. Raises UnreadableEcg `no-leads` without a rhythm group."""
    rhythm = record.rhythm
    if rhythm is None:
        raise UnreadableEcg("no-leads", "the file holds no rhythm strip to draw", record.source_format)
    caption = _caption(record, rhythm)
    shown = Presentation(given.format, given.speed, given.gain, given.cabrera)
    return lay_out(rhythm, shown, caption)


def _caption(record: EcgRecord, rhythm: Group) -> Caption:
    """What was found in the file and what we measured; what could not be measured says so."""
    found = analyse_group(rhythm)
    values, axes, subject = found.intervals, found.axes, record.subject
    started = f"{record.started_at:%Y-%m-%d %H:%M:%S}" if record.started_at else None
    who = (subject.name, subject.sex and SEXES[subject.sex], subject.patient_id)
    return Caption(
        title="十二导联心电图 12-lead ECG" if len(rhythm.leads) >= 12 else "心电图 ECG",
        left=_lines(" · ".join(filter(None, who)), started),
        middle=(
            f"心率 HR {_shown(values.heart_rate, ' /min')}",
            f"PR {_shown(values.pr_ms, ' ms')} · QRS {_shown(values.qrs_ms, ' ms')}",
            f"QT {_shown(values.qt_ms, ' ms')} · QTcF {_shown(values.qtc_fridericia_ms, ' ms')}",
            f"电轴 P/QRS/T {_shown(axes.p, '°')} / {_shown(axes.qrs, '°')} / {_shown(axes.t, '°')}",
        ),
        right=_lines(
            record.device.institution,
            " ".join(filter(None, (record.device.manufacturer, record.device.model))),
            f"采样 {float(rhythm.sampling_frequency):g} Hz",
        ),
        foot=filters_text(record.device.filters),
        banner=" · ".join(_limits(record, rhythm)),
    )


def _limits(record: EcgRecord, rhythm: Group) -> Iterator[str]:
    """What makes a tracing, or part of it, unfit for a diagnosis (the first two: AHA/ACC/HRS 2007, part I)."""
    low_pass = record.device.filters.get("low_pass_hz")
    if low_pass and low_pass <= DIAGNOSTIC_LOW_PASS_HZ:
        yield f"{low_pass:g} Hz 低通滤波，仅供监护，不作诊断 low-pass, not diagnostic"
    if rhythm.sampling_frequency < DIAGNOSTIC_SAMPLING_HZ:
        yield f"采样率 {float(rhythm.sampling_frequency):g} Hz，仅作节律参考 rhythm only"
    if silent := [lead.name for lead in rhythm.leads if lead.missing.all()]:
        yield f"{' '.join(silent)} 未记录 not recorded"
    if any(warning.code == "implausible-amplitude" for warning in record.warnings):
        yield "幅度不合常理，定标可能有误 the stated scale may be wrong"


def _lines(*lines: str | None) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


def _shown(value: float | None, unit: str) -> str:
    return "未测" if value is None else f"{value:.0f}{unit}"
