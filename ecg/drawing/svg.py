"""The SVG painter: millimetres on the outside, twentieths of a millimetre inside, integer steps along each trace.

A step is the difference of two rounded positions, so rounding (≤ 0.025 mm, half a pixel of a 500 dpi printer) never
adds up. A point on the straight line between its neighbours is left out: the line is the same without it.
A restless trace, whose noise or rate takes more than `MOST` characters a millimetre, has heights of two units: within
0.05 mm, a fifth of the line's own width, 5 µV at 10 mm/mV. Every sample stays, at its own time.
"""

from html import escape

import numpy as np
from numpy.typing import NDArray

from ecg.drawing.layout import LABEL_SIZE, PULSE_MM_WIDE, Caption, Sheet, Trace

UNIT = 20  # inside units a millimetre: 500 Hz at 25 mm/s is one whole unit a sample, 5 µV at 10 mm/mV one unit
FONT = "Noto Sans CJK SC, Noto Sans SC, Microsoft YaHei, PingFang SC, sans-serif"
STROKE = 5  # 0.25 mm
MOST = 75  # characters of a path a millimetre: a quiet trace of 500 Hz takes 30 to 60
COARSE = 2  # units of height in a restless trace
INK, THIN, BOLD = "#111", "#f8d4d4", "#e89c9c"

Integers = NDArray[np.int64]


class _Steps(dict[int, str]):
    """Path text of one step, made once for each different step."""

    def __missing__(self, key: int) -> str:
        dx, dy = divmod(key, 1 << 20)
        dy -= 1 << 19
        text = f"{dx} {dy} " if dy >= 0 else f"{dx}{dy} "
        self[key] = text
        return text


def trace_path(trace: Trace, mm_per_sample: float, mm_per_uv: float, steps: dict[int, str]) -> str:
    """The `d` of one trace; a gap where nothing was measured begins a new line."""
    span = slice(trace.first, trace.first + trace.count)
    samples = trace.lead.samples[span]
    shown = np.isfinite(samples) & ~trace.lead.missing[span]
    x = np.rint((trace.x + np.arange(samples.size) * mm_per_sample) * UNIT).astype(np.int64)
    height = (trace.baseline - np.where(shown, samples, 0.0).astype(np.float64) * (trace.sign * mm_per_uv)) * UNIT
    edges = np.flatnonzero(np.diff(np.concatenate(([False], shown, [False])).astype(np.int8)))
    spans = edges.reshape(-1, 2).tolist()
    y = np.rint(height).astype(np.int64)
    lines = [_corners(x[first:last], y[first:last]) for first, last in spans]
    if sum(map(_characters, lines)) > MOST * mm_per_sample * samples.size:
        y = np.rint(height / COARSE).astype(np.int64) * COARSE
        lines = [_corners(x[first:last], y[first:last]) for first, last in spans]
    return "".join(_text_of(line, steps) for line in lines)


def _corners(x: Integers, y: Integers) -> tuple[Integers, Integers]:
    """The points of one unbroken line without repetitions and without what lies straight between its neighbours."""
    moved = np.concatenate(([True], (np.diff(x) != 0) | (np.diff(y) != 0)))
    x, y = x[moved], y[moved]
    dx, dy = np.diff(x), np.diff(y)
    turns = np.ones(x.size, np.bool_)
    turns[1:-1] = (dx[:-1] * dy[1:] != dx[1:] * dy[:-1]) | (dx[:-1] * dx[1:] + dy[:-1] * dy[1:] < 0)
    return x[turns], y[turns]


def _characters(line: tuple[Integers, Integers]) -> int:
    """About how many characters it takes: four a step, one more from ten units of height on."""
    return 4 * line[0].size + int(np.count_nonzero(np.abs(np.diff(line[1])) >= 10))


def _text_of(line: tuple[Integers, Integers], steps: dict[int, str]) -> str:
    """Path text; a single sample becomes a dot by the round cap."""
    x, y = line
    keys = (np.diff(x) << 20) + np.diff(y) + (1 << 19)
    return f"M{x[0]} {y[0]}l" + ("".join(map(steps.__getitem__, keys.tolist())) or "0 0 ")


def paint_svg(sheet: Sheet) -> str:
    """The sheet as a self-contained SVG document of its true size."""
    width, height = sheet.width, sheet.height
    steps = _Steps()
    traces = "".join(
        f'<path d="{trace_path(trace, sheet.mm_per_sample, sheet.mm_per_uv, steps).rstrip()}"/>'
        for trace in sheet.traces
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.10g}mm" height="{height:.10g}mm" '
        f'viewBox="0 0 {width * UNIT:.10g} {height * UNIT:.10g}" font-family="{FONT}">'
        f"{_grid(sheet)}{_labels(sheet)}{_marks(sheet)}"
        f'<g fill="none" stroke="{INK}" stroke-width="{STROKE}" stroke-linejoin="round" stroke-linecap="round">'
        f"{traces}</g>"
        f"{_caption(sheet.caption, sheet)}</svg>"
    )


def _grid(sheet: Sheet) -> str:
    """Paper and squares. All parallel lines are one line as thick as the grid, dashed along its length."""
    left, top, width, height = (int(value * UNIT) for value in sheet.grid)
    page = '<rect width="100%" height="100%" fill="#fff"/>'
    across, down = f"M{left - 2} {top + height / 2:g}h{width + 4}", f"M{left + width / 2:g} {top - 2}v{height + 4}"
    rules = "".join(
        f'<path d="{path}" stroke="{colour}" stroke-width="{thick}" stroke-dasharray="{line} {square - line}" '
        f'stroke-dashoffset="{line / 2 - 2:g}"/>'
        for colour, line, square in ((THIN, 2, UNIT), (BOLD, 4, 5 * UNIT))
        for path, thick in ((across, height), (down, width))
    )
    return f'{page}<g fill="none">{rules}</g>'


def _marks(sheet: Sheet) -> str:
    """Calibration pulses of 1 mV and the ticks between columns."""
    rise = 1000.0 * sheet.mm_per_uv * UNIT
    foot, wide = (10.0 - PULSE_MM_WIDE) / 2 * UNIT, PULSE_MM_WIDE * UNIT
    pulses = "".join(
        f'<path class="pulse" d="M{pulse.x * UNIT:.0f} {pulse.baseline * UNIT:.0f}'
        f'h{foot:.0f}v{-rise:.0f}h{wide:.0f}v{rise:.0f}h{foot:.0f}"/>'
        for pulse in sheet.pulses
    )
    ticks = "".join(
        f'<path d="M{x * UNIT:.0f} {(y - 1.5) * UNIT:.0f}v{3 * UNIT}"/>'
        for x, top, bottom in sheet.separators
        for y in {trace.baseline for trace in sheet.traces if top <= trace.baseline <= bottom}
    )
    return f'<g fill="none" stroke="{INK}" stroke-width="{STROKE}">{pulses}{ticks}</g>'


def _text(x: float, y: float, words: str, size: float, extra: str = "") -> str:
    return f'<text x="{x * UNIT:.0f}" y="{y * UNIT:.0f}" font-size="{size * UNIT:.0f}"{extra}>{escape(words)}</text>'


def _labels(sheet: Sheet) -> str:
    """Lead names on a white halo; they lie under the traces, so that no sample is ever hidden."""
    names = "".join(_text(trace.x + 0.8, trace.label_y, trace.label, LABEL_SIZE) for trace in sheet.traces)
    halo = f'stroke="#fff" stroke-width="{UNIT}" stroke-linejoin="round" paint-order="stroke"'
    return f'<g font-weight="600" {halo}>{names}</g>'


def _caption(caption: Caption, sheet: Sheet) -> str:
    left, top, width, height = sheet.grid
    parts = [_text(left, 10.5, caption.title, 5.2, ' font-weight="700"')]
    for x, lines in ((left, caption.left), (left + 95, caption.middle), (left + 190, caption.right)):
        parts += [_text(x, 17 + 4.8 * row, line, 3.4) for row, line in enumerate(lines[:4])]
    if caption.banner:
        parts.append(
            f'<rect x="{(left + 95) * UNIT:.0f}" y="{5 * UNIT}" width="{(width - 95) * UNIT:.0f}" '
            f'height="{6.5 * UNIT:.0f}" fill="#b42318"/>'
        )
        parts.append(_text(left + 98, 9.8, caption.banner, 3.8, ' fill="#fff" font-weight="700"'))
    shown = sheet.presentation
    scale = f"走纸 {shown.speed_mm_per_s:g} mm/s · 增益 {shown.gain_mm_per_mv:g} mm/mV"
    over = f"{' '.join(dict.fromkeys(sheet.beyond))} 超出网格 beyond the grid" if sheet.beyond else ""
    parts.append(_text(left, top + height + 6, " · ".join(filter(None, (scale, caption.foot, over))), 3.4))
    return "".join(parts)
