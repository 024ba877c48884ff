"""A recording whose drawing is known to the pixel, and a ruler to hold a picture of it against.

Every lead has square pulses of exactly 1 mV, 0.1 s long, one each second; aVR and V1 point downwards; lead II was not
measured from 3.8 to 4.2 s.
"""

import io
import itertools
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ecg.drawing import Presentation, Sheet
from ecg.drawing.layout import Trace
from ecg.model import STANDARD_LEADS, Group, Lead

FREQUENCY, SECONDS = 500, 10
RISE, WIDE = 225, 50  # first sample of a pulse within its second; samples of a pulse
GAP = slice(1900, 2100)
DOWNWARDS = ("aVR", "V1")
HALF_A_PIXEL = 0.5 + 1e-6

PRESENTATIONS = (
    Presentation(),
    Presentation(speed_mm_per_s=50.0),
    Presentation(gain_mm_per_mv=20.0),
    Presentation(speed_mm_per_s=12.5, gain_mm_per_mv=5.0),
    Presentation(format="3x4+3R"),
    Presentation(format="6x2", cabrera=True),
    Presentation(format="12x1"),
)


def recording() -> Group:
    """The recording: 12 leads, 10 s, 500 Hz."""
    phase = np.arange(FREQUENCY * SECONDS) % FREQUENCY
    pulses = np.where((phase >= RISE) & (phase < RISE + WIDE), 1000.0, 0.0).astype(np.float32)
    return Group("rhythm", tuple(_lead(name, pulses) for name in STANDARD_LEADS), Fraction(FREQUENCY))


def _lead(name: str, pulses: NDArray[np.float32]) -> Lead:
    samples = -pulses if name in DOWNWARDS else pulses.copy()
    missing = np.zeros(samples.size, np.bool_)
    if name == "II":
        missing[GAP] = True
        samples[GAP] = np.nan
    return Lead(name, samples, missing, 5.0)


@dataclass(frozen=True)
class Picture:
    """RGB pixels of shape (rows, columns, 3); millimetre (`left`, `top`) of the sheet is the corner of pixel (0, 0)."""

    pixels: NDArray[np.uint8]
    px_per_mm: float
    left: float = 0.0
    top: float = 0.0

    @classmethod
    def of_png(cls, data: bytes, px_per_mm: float, left: float = 0.0, top: float = 0.0) -> "Picture":
        return cls(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")), px_per_mm, left, top)

    def x(self, millimetres: float) -> float:
        return (millimetres - self.left) * self.px_per_mm

    def y(self, millimetres: float) -> float:
        return (millimetres - self.top) * self.px_per_mm

    def ink(self, x: tuple[float, float], y: tuple[float, float]) -> tuple[NDArray[np.float64], int, int]:
        """How dark the pixels of a window are (the red grid counts as white), its first column and row."""
        part, column, row = self._part(x, y)
        return np.clip((200.0 - part[..., 0]) / 183.0, 0.0, 1.0), column, row

    def _part(self, x: tuple[float, float], y: tuple[float, float]) -> tuple[NDArray[np.float64], int, int]:
        column, row = max(0, round(self.x(x[0]))), max(0, round(self.y(y[0])))
        part = self.pixels[row : max(row + 1, round(self.y(y[1]))), column : max(column + 1, round(self.x(x[1])))]
        return part.astype(np.float64), column, row

    def level(self, x: tuple[float, float], y: tuple[float, float]) -> float:
        """The height, in pixels, of a horizontal line in a window of millimetres."""
        ink, _, row = self.ink(x, y)
        assert ink.sum() > 0, f"no line between {x} and {y} mm"
        return float((ink.sum(1) * (np.arange(ink.shape[0]) + row + 0.5)).sum() / ink.sum())

    def edge(self, x: tuple[float, float], y: tuple[float, float]) -> float:
        """The place, in pixels, of a vertical line in a window of millimetres."""
        ink, column, _ = self.ink(x, y)
        assert ink.sum() > 0, f"no line between {x} and {y} mm"
        return float((ink.sum(0) * (np.arange(ink.shape[1]) + column + 0.5)).sum() / ink.sum())

    def grid_line(self, at: float, y: tuple[float, float]) -> float:
        """The place, in pixels, of the vertical grid line near millimetre `at`."""
        part, column, _ = self._part((at - 0.45, at + 0.45), y)
        red = 255.0 - part[..., 1]
        return float((red.sum(0) * (np.arange(red.shape[1]) + column + 0.5)).sum() / red.sum())


def hold_against(picture: Picture, sheet: Sheet, *, snapped: bool = False) -> None:
    """Every trace, calibration pulse, gap and 5 mm line of the picture stands where millimetres put it.

    `snapped`: the painter moves each flat line to whole pixels, so that a distance may err by half a pixel at each end.
    """
    reach = 2 * HALF_A_PIXEL if snapped else HALF_A_PIXEL
    for trace in sheet.traces:
        _hold_trace(picture, sheet, trace, reach)
    rise = 1000.0 * sheet.mm_per_uv
    for pulse in sheet.pulses:
        top = picture.level((pulse.x + 4, pulse.x + 6), _near(pulse.baseline - rise, 1.0))
        foot = picture.level((pulse.x + 0.8, pulse.x + 1.8), _near(pulse.baseline, 1.0))
        assert abs(foot - picture.y(pulse.baseline)) <= HALF_A_PIXEL
        assert abs(foot - top - rise * picture.px_per_mm) <= reach
    left, top, width, _ = sheet.grid
    for at in np.arange(left + 5, left + width - 1, 5):
        place = picture.grid_line(at, (top + 0.4, top + 0.7))
        assert abs(place - picture.x(at)) <= HALF_A_PIXEL, f"grid line at {at} mm"


def _near(at: float, reach: float) -> tuple[float, float]:
    return at - reach, at + reach


def _hold_trace(picture: Picture, sheet: Sheet, trace: Trace, reach: float) -> None:
    """1 mV is `gain` millimetres high, 1 s is `speed` millimetres wide, and both stand where they must."""
    upwards = trace.sign * (-1 if trace.lead.name in DOWNWARDS else 1)
    rise = upwards * 1000.0 * sheet.mm_per_uv
    step = sheet.mm_per_sample
    edges = []
    for second in range(SECONDS):
        first = second * FREQUENCY + RISE - trace.first
        if first < WIDE or first + WIDE > trace.count:
            continue
        begins, centre = trace.x + (first - 0.5) * step, trace.x + (first + WIDE / 2 - 0.5) * step
        top = picture.level(_near(centre, 0.25 * WIDE * step), _near(trace.baseline - rise, 1.5))
        flat_x = begins - 0.9 * WIDE * step, begins - 0.4 * WIDE * step
        zero = picture.level(flat_x, _near(trace.baseline, 1.5))
        where = f"{trace.label}, second {second}, {sheet.presentation}"
        assert abs(zero - picture.y(trace.baseline)) <= HALF_A_PIXEL, where
        assert abs(top - picture.y(trace.baseline - rise)) <= HALF_A_PIXEL, where
        assert abs(zero - top - rise * picture.px_per_mm) <= reach, where
        edge = picture.edge(_near(begins, 0.4 * WIDE * step), _near(trace.baseline - rise / 2, abs(rise) / 6))
        assert abs(edge - picture.x(begins)) <= HALF_A_PIXEL, where
        edges.append((second, edge))
    assert edges, f"no pulse of {trace.label} was measured"
    for one, two in itertools.pairwise(edges[:: max(1, len(edges) - 1)]):
        per_second = (two[1] - one[1]) / (two[0] - one[0])
        assert abs(per_second - FREQUENCY * step * picture.px_per_mm) <= HALF_A_PIXEL
    if trace.label == "II" and trace.first < GAP.start and trace.first + trace.count > GAP.stop:
        gap = trace.x + (GAP.start - trace.first) * step, trace.x + (GAP.stop - 1 - trace.first) * step
        ink, _, _ = picture.ink((gap[0] + 0.4, gap[1] - 0.4), _near(trace.baseline, 3.0))
        assert ink.max() == 0, "a gap was drawn over"
