"""The SVG painter: millimetres on the outside, fortieths of a millimetre inside, integer steps along each trace.

A step is the difference of two rounded positions, so rounding (≤ 0.0125 mm) never adds up.
"""

from collections.abc import Iterator
from html import escape

import numpy as np

from ecg.drawing.layout import PULSE_MM_WIDE, Caption, Sheet, Trace

UNIT = 40  # inside units a millimetre: 500 Hz at 25 mm/s is two whole units a sample
FONT = "Noto Sans CJK SC, Noto Sans SC, Microsoft YaHei, PingFang SC, sans-serif"
INK, THIN, BOLD = "#111", "#f3c2c2", "#e08a8a"


class _Steps(dict[int, str]):
    """Path text of one step, made once for each different step."""

    def __missing__(self, key: int) -> str:
        dx, dy = divmod(key, 1 << 20)
        text = f"{dx} {dy - (1 << 19)} "
        self[key] = text
        return text


def trace_path(trace: Trace, mm_per_sample: float, mm_per_uv: float, steps: dict[int, str]) -> str:
    """The `d` of one trace; a gap where nothing was measured begins a new line."""
    span = slice(trace.first, trace.first + trace.count)
    samples = trace.lead.samples[span]
    shown = np.isfinite(samples) & ~trace.lead.missing[span]
    x = np.rint((trace.x + np.arange(samples.size) * mm_per_sample) * UNIT).astype(np.int64)
    height = np.where(shown, samples, 0.0).astype(np.float64) * (trace.sign * mm_per_uv)
    y = np.rint((trace.baseline - height) * UNIT).astype(np.int64)
    keys = (np.diff(x) << 20) + np.diff(y) + (1 << 19)
    return "".join(_runs(shown, x, y, keys, steps))


def _runs(shown: np.ndarray, x: np.ndarray, y: np.ndarray, keys: np.ndarray, steps: dict[int, str]) -> Iterator[str]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], shown, [False])).astype(np.int8)))
    for first, last in edges.reshape(-1, 2).tolist():
        yield f"M{x[first]} {y[first]}l"
        if last - first == 1:
            yield "0 0 "  # one sample alone: a dot by the round cap
        else:
            yield "".join(map(steps.__getitem__, keys[first : last - 1].tolist()))


def paint_svg(sheet: Sheet) -> str:
    """The sheet as a self-contained SVG document of its true size."""
    width, height = sheet.width, sheet.height
    steps = _Steps()
    traces = "".join(
        f'<path d="{trace_path(trace, sheet.mm_per_sample, sheet.mm_per_uv, steps).rstrip()}"/>'
        for trace in sheet.traces
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {width * UNIT:g} {height * UNIT:g}" font-family="{FONT}">'
        f"{_grid(sheet)}{_marks(sheet)}"
        f'<g fill="none" stroke="{INK}" stroke-width="10" stroke-linejoin="round" stroke-linecap="round">{traces}</g>'
        f"{_labels(sheet)}{_caption(sheet.caption, sheet)}</svg>"
    )


def _grid(sheet: Sheet) -> str:
    left, top, width, height = (value * UNIT for value in sheet.grid)
    return (
        '<defs><pattern id="mm" width="40" height="40" patternUnits="userSpaceOnUse">'
        f'<path d="M40 0H0V40" fill="none" stroke="{THIN}" stroke-width="4"/></pattern>'
        '<pattern id="five" width="200" height="200" patternUnits="userSpaceOnUse">'
        f'<rect width="200" height="200" fill="url(#mm)"/>'
        f'<path d="M200 0H0V200" fill="none" stroke="{BOLD}" stroke-width="8"/></pattern></defs>'
        f'<rect width="{sheet.width * UNIT:g}" height="{sheet.height * UNIT:g}" fill="#fff"/>'
        f'<g transform="translate({left:g} {top:g})"><rect width="{width:g}" height="{height:g}" fill="url(#five)" '
        f'stroke="{BOLD}" stroke-width="8"/></g>'
    )


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
        f'<path d="M{x * UNIT:.0f} {(y - 1.5) * UNIT:.0f}v120"/>'
        for x, top, bottom in sheet.separators
        for y in {trace.baseline for trace in sheet.traces if top <= trace.baseline <= bottom}
    )
    return f'<g fill="none" stroke="{INK}" stroke-width="10">{pulses}{ticks}</g>'


def _text(x: float, y: float, words: str, size: float, extra: str = "") -> str:
    return f'<text x="{x * UNIT:.0f}" y="{y * UNIT:.0f}" font-size="{size * UNIT:.0f}"{extra}>{escape(words)}</text>'


def _labels(sheet: Sheet) -> str:
    return "".join(
        _text(trace.x + 0.8, trace.baseline - 5.2, trace.label, 3.2, ' font-weight="600"') for trace in sheet.traces
    )


def _caption(caption: Caption, sheet: Sheet) -> str:
    left, top, width, height = sheet.grid
    parts = [_text(left, 10.5, caption.title, 5.2, ' font-weight="700"')]
    for x, lines in ((left, caption.left), (left + 95, caption.middle), (left + 190, caption.right)):
        parts += [_text(x, 16.5 + 4.6 * row, line, 3.4) for row, line in enumerate(lines[:5])]
    if caption.banner:
        parts.append(
            f'<rect x="{(left + 95) * UNIT:.0f}" y="200" width="{(width - 95) * UNIT:.0f}" height="260" '
            'fill="#b42318"/>'
        )
        parts.append(_text(left + 98, 9.8, caption.banner, 3.8, ' fill="#fff" font-weight="700"'))
    shown = sheet.presentation
    scale = f"{shown.speed_mm_per_s:g} mm/s   {shown.gain_mm_per_mv:g} mm/mV"
    parts.append(_text(left, top + height + 6, f"{scale}   {caption.foot}", 3.4))
    return "".join(parts)
