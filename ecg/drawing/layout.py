"""Where everything stands on an ECG sheet, in millimetres from the sheet's upper left corner.

At 25 mm/s one second is 25 mm wide, at 10 mm/mV one millivolt is 10 mm high (AHA/ACC/HRS 2007; IEC 60601-2-25).
The workstation's canvas painter (`web/frontend/src/ecg`) follows the same rules; `tests/conformance/ecg_drawing`
holds both to the same ground truth.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ecg.model import STANDARD_LEADS, Group, Lead

Format = Literal["3x4+1R", "3x4+3R", "6x2", "12x1", "stacked"]

FORMATS: dict[str, tuple[int, int]] = {"3x4+1R": (3, 4), "3x4+3R": (3, 4), "6x2": (6, 2), "12x1": (12, 1)}
CABRERA = ("aVL", "I", "-aVR", "II", "aVF", "III", "V1", "V2", "V3", "V4", "V5", "V6")
RHYTHM_LEADS = {"3x4+1R": ("II",), "3x4+3R": ("V1", "II", "V5")}

SHEET_WIDTH, SHEET_HEIGHT = 297.0, 210.0  # ISO 216 A4, landscape
GRID_LEFT, GRID_TOP, GRID_WIDTH, GRID_HEIGHT = 11.0, 35.0, 275.0, 160.0  # whole 5 mm squares
PULSE_ROOM = 15.0  # left of the first column: foot, 5 mm pulse, foot
PULSE_MM_WIDE = 5.0  # 0.2 s at 25 mm/s
TRACE_WIDTH = 250.0  # 10 s at 25 mm/s
LABEL_SIZE, LABEL_WIDTH, LABEL_RISE, LABEL_GAP = 3.2, 9.0, 5.2, 1.0


@dataclass(frozen=True, slots=True)
class Presentation:
    """How a reader wants to see it. `rhythm` chooses the rhythm lead of the formats with one."""

    format: Format = "3x4+1R"
    speed_mm_per_s: float = 25.0  # 12.5, 25 or 50
    gain_mm_per_mv: float = 10.0  # 5, 10 or 20
    cabrera: bool = False
    rhythm: str = "II"
    first_second: float = 0.0


@dataclass(frozen=True, slots=True)
class Caption:
    """The words around the traces, already in the reader's language."""

    title: str = ""
    left: tuple[str, ...] = ()  # patient and examination
    middle: tuple[str, ...] = ()  # measurements
    right: tuple[str, ...] = ()  # device, filters, time
    foot: str = ""
    banner: str = ""  # what limits the tracing, for example a 40 Hz low-pass filter


@dataclass(frozen=True, slots=True)
class Trace:
    """A stretch of one lead: sample `first` stands at `x`, zero microvolt at height `baseline`.

    `sign` is -1 for -aVR of the Cabrera order. The name stands on the line `label_y`, clear of the trace if it can.
    """

    lead: Lead
    label: str
    first: int
    count: int
    x: float
    baseline: float
    label_y: float
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Pulse:
    """A calibration pulse of 1 mV; `x` is where its foot begins."""

    x: float
    baseline: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A laid-out page. `mm_per_sample` and `mm_per_uv` scale every trace."""

    traces: tuple[Trace, ...]
    pulses: tuple[Pulse, ...]
    separators: tuple[tuple[float, float, float], ...]  # x, top, bottom between columns
    mm_per_sample: float
    mm_per_uv: float
    presentation: Presentation
    caption: Caption = Caption()
    width: float = SHEET_WIDTH
    height: float = SHEET_HEIGHT
    grid: tuple[float, float, float, float] = (GRID_LEFT, GRID_TOP, GRID_WIDTH, GRID_HEIGHT)
    beyond: tuple[str, ...] = ()  # leads that leave the grid all the same; nothing of them is cut off


@dataclass(slots=True)
class _Plan:
    rows: int
    columns: int
    names: list[str]
    rhythm: list[str] = field(default_factory=list)


def _plan(group: Group, wanted: Presentation) -> _Plan:
    present = {lead.name for lead in group.leads}
    if wanted.format == "stacked" or not set(STANDARD_LEADS) <= present:
        names = [lead.name for lead in group.leads]
        return _Plan(len(names), 1, names)
    rows, columns = FORMATS[wanted.format]
    rhythm = list(RHYTHM_LEADS.get(wanted.format, ()))
    if len(rhythm) == 1:
        rhythm = [wanted.rhythm if wanted.rhythm in present else "II"]
    return _Plan(rows, columns, list(CABRERA if wanted.cabrera else STANDARD_LEADS), rhythm)


def lay_out(group: Group, wanted: Presentation = Presentation(), caption: Caption = Caption()) -> Sheet:
    """The sheet for one group of leads sampled together.

    Columns follow each other in time; a format that needs the twelve standard leads falls back to one row a lead.
    Raises ValueError for a group without leads or without samples.
    """
    if not group.leads or group.leads[0].samples.size == 0:
        raise ValueError("nothing to draw: the group has no leads or no samples")
    plan = _plan(group, wanted)
    frequency = float(group.sampling_frequency)
    total = group.leads[0].samples.size
    start = min(max(0, round(wanted.first_second * frequency)), total - 1)
    column_mm = TRACE_WIDTH / plan.columns
    column_samples = min(int(column_mm / wanted.speed_mm_per_s * frequency), (total - start) // plan.columns)
    whole = min(int(TRACE_WIDTH / wanted.speed_mm_per_s * frequency), total - start)
    by_name = {lead.name: lead for lead in group.leads}
    shown: list[_Shown] = [
        (name, (start + column * column_samples, column_samples), (column * column_mm, row))
        for column, row, name in _places(plan)
    ]
    shown += [(name, (start, whole), (0.0, plan.rows + index)) for index, name in enumerate(plan.rhythm)]
    rows = _Rows(plan.rows + len(plan.rhythm), wanted, frequency)
    rows.make_room(by_name, shown)
    traces = [rows.trace(by_name, *one) for one in shown]
    bottom = GRID_TOP + rows.height * plan.rows
    return Sheet(
        traces=tuple(traces),
        pulses=tuple(Pulse(GRID_LEFT, rows.baseline(row)) for row in rows.with_pulse()),
        separators=tuple(
            (GRID_LEFT + PULSE_ROOM + column * column_mm, GRID_TOP, bottom) for column in range(1, plan.columns)
        ),
        mm_per_sample=rows.mm_per_sample,
        mm_per_uv=rows.mm_per_uv,
        presentation=wanted,
        caption=caption,
        beyond=tuple(one[0] for one in shown if not rows.holds(by_name, one)),
    )


_Shown = tuple[str, tuple[int, int], tuple[float, int]]  # lead, (first sample, samples), (millimetres along, row)


def _extremes(leads: Mapping[str, Lead], name: str, span: tuple[int, int], mm_per_uv: float) -> tuple[float, float]:
    """The highest and the lowest point of a stretch against zero, millimetres upwards; zeros where all is missing."""
    samples = leads[name.lstrip("-")].samples[span[0] : span[0] + span[1]]
    known = samples[np.isfinite(samples)]
    if not known.size:
        return 0.0, 0.0
    high, low = float(known.max()), float(known.min())
    return (-low * mm_per_uv, -high * mm_per_uv) if name.startswith("-") else (high * mm_per_uv, low * mm_per_uv)


def _places(plan: _Plan) -> list[tuple[int, int, str]]:
    """Column, row and name of each lead: down the first column, then the next."""
    return [(index // plan.rows, index % plan.rows, name) for index, name in enumerate(plan.names)]


class _Rows:
    """Rows of equal height; zero lies in the middle, or lower where a pulse of 1 mV needs the room above."""

    def __init__(self, count: int, wanted: Presentation, frequency: float) -> None:
        self.count = count
        self.height = GRID_HEIGHT / count
        self.rise = wanted.gain_mm_per_mv
        self.above = self.height * (0.5 if self.rise <= self.height / 2 else 0.75)
        self.mm_per_sample = wanted.speed_mm_per_s / frequency
        self.mm_per_uv = wanted.gain_mm_per_mv / 1000.0
        self.moved = [0] * count  # millimetres by which zero was moved down

    def make_room(self, leads: Mapping[str, Lead], shown: list["_Shown"]) -> None:
        """Lower zero of the first row, and raise that of the last, by whole millimetres, up to a quarter of a row,
        where a wave would leave the grid. Between rows waves may cross, as on a cart's paper."""
        most = math.floor(self.height / 4)
        of_row = [
            [_extremes(leads, name, span, self.mm_per_uv) for name, span, (_, at) in shown if at == row]
            for row in (0, self.count - 1)
        ]
        above = max(high for high, _ in of_row[0]) - (self.baseline(0) - GRID_TOP)
        below = -min(low for _, low in of_row[1]) - (GRID_TOP + GRID_HEIGHT - self.baseline(self.count - 1))
        self.moved[0] += min(most, max(0, math.ceil(above)))
        self.moved[-1] -= min(most, max(0, math.ceil(below)))

    def holds(self, leads: Mapping[str, Lead], one: "_Shown") -> bool:
        """Whether all of a trace stays on the grid."""
        high, low = _extremes(leads, one[0], one[1], self.mm_per_uv)
        zero = self.baseline(one[2][1])
        return zero - high >= GRID_TOP and zero - low <= GRID_TOP + GRID_HEIGHT

    def baseline(self, row: int) -> float:
        """On a line of the grid."""
        return math.floor(GRID_TOP + row * self.height + self.above + 0.5) + self.moved[row]

    def with_pulse(self) -> range:
        """Every row, or the last alone where the pulse would reach into the row above."""
        return range(0 if self.rise <= self.above + 0.5 else self.count - 1, self.count)

    def trace(self, leads: Mapping[str, Lead], name: str, span: tuple[int, int], place: tuple[float, int]) -> Trace:
        """Lead `name` from sample `span[0]` for `span[1]` samples, `place` millimetres along row `place[1]`."""
        lead, sign, baseline = leads[name.lstrip("-")], -1 if name.startswith("-") else 1, self.baseline(place[1])
        under = lead.samples[span[0] : span[0] + min(span[1], int(LABEL_WIDTH / self.mm_per_sample) + 1)]
        return Trace(
            lead=lead,
            label=name,
            first=span[0],
            count=span[1],
            x=GRID_LEFT + PULSE_ROOM + place[0],
            baseline=baseline,
            label_y=baseline + self._label(under * (sign * self.mm_per_uv), self.above + self.moved[place[1]]),
            sign=sign,
        )

    def _label(self, under: NDArray[np.floating], above: float) -> float:
        """How far below zero the name's line is: above the trace, else beneath it, else as high as the row allows."""
        known = under[np.isfinite(under)]
        highest, lowest = (float(known.max()), float(known.min())) if known.size else (0.0, 0.0)
        highest_line = above - 0.75 * LABEL_SIZE
        if max(LABEL_RISE, highest + LABEL_GAP) <= highest_line:
            return -max(LABEL_RISE, highest + LABEL_GAP)
        beneath = LABEL_GAP + 0.75 * LABEL_SIZE - min(lowest, 0.0)
        return beneath if beneath <= self.height - above else -highest_line


def filters_text(names: Mapping[str, float]) -> str:
    """The filters a recording states, for the foot of the sheet: `滤波 filter 0.05–150 Hz · 50 Hz 陷波 notch`."""
    low, high, notch = names.get("high_pass_hz"), names.get("low_pass_hz"), names.get("notch_hz")
    parts = []
    if low is not None and high is not None:
        parts.append(f"{low:g}–{high:g} Hz")
    elif low is not None:
        parts.append(f"≥ {low:g} Hz")
    elif high is not None:
        parts.append(f"≤ {high:g} Hz")
    if notch is not None:
        parts.append(f"{notch:g} Hz 陷波 notch")
    return f"滤波 filter {' · '.join(parts)}" if parts else "滤波未注明 filters not stated"
