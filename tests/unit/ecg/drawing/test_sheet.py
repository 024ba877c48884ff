"""The sheet: where things stand, and paths that keep every sample."""

import itertools
import re
from fractions import Fraction
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.typing import NDArray

from ecg.drawing import Caption, Presentation, lay_out, paint_svg
from ecg.drawing.layout import Format, filters_text
from ecg.drawing.svg import COARSE, UNIT, trace_path
from ecg.model import STANDARD_LEADS, Group, Lead

NOISE = np.random.default_rng(6)


def lead(name: str, samples: NDArray[np.float64]) -> Lead:
    return Lead(name, samples.astype(np.float32), np.isnan(samples), 5.0)


def group(seconds: float = 10.0, frequency: int = 500, names: tuple[str, ...] = STANDARD_LEADS) -> Group:
    count = round(seconds * frequency)
    leads = tuple(lead(name, NOISE.normal(0, 300, count).round()) for name in names)
    return Group("rhythm", leads, Fraction(frequency))


def one_lead(samples: NDArray[np.float64], frequency: int) -> str:
    sheet = lay_out(Group("rhythm", (lead("II", samples),), Fraction(frequency)), Presentation(format="stacked"))
    return trace_path(sheet.traces[0], sheet.mm_per_sample, sheet.mm_per_uv, _Words())


class _Words(dict[int, str]):
    def __missing__(self, key: int) -> str:
        return f"{key >> 20} {(key & ((1 << 20) - 1)) - (1 << 19)} "


def lines_of(path: str) -> list[list[tuple[int, int]]]:
    """The corners of each unbroken line, in units."""
    found = []
    for piece in filter(None, path.split("M")):
        numbers = [int(number) for number in re.findall(r"-?\d+", piece)]
        corners = np.cumsum(np.array(numbers).reshape(-1, 2), axis=0)
        found.append([(int(x), int(y)) for x, y in corners])
    return found


@pytest.mark.parametrize(("frequency", "height"), [(125, 1), (500, 1), (600, 1), (1000, COARSE), (4000, COARSE)])
def test_every_sample_lies_on_the_drawn_line(frequency: int, height: int) -> None:
    samples = np.concatenate([np.repeat(NOISE.normal(0, 400, 400), 3), np.zeros(300), np.linspace(0, 900, 200)]).round()
    sheet = lay_out(Group("rhythm", (lead("II", samples),), Fraction(frequency)), Presentation(format="stacked"))
    trace = sheet.traces[0]
    (corners,) = lines_of(one_lead(samples, frequency))
    drawn = set(corners)
    for (x0, y0), (x1, y1) in itertools.pairwise(corners):
        steps = np.gcd(x1 - x0, y1 - y0)
        drawn |= {(x0 + (x1 - x0) * k // steps, y0 + (y1 - y0) * k // steps) for k in range(steps)}
    x = np.rint((trace.x + np.arange(trace.count) * sheet.mm_per_sample) * UNIT).astype(int)
    y = np.rint((trace.baseline - samples[: trace.count] * sheet.mm_per_uv) * UNIT / height).astype(int) * height
    assert set(zip(x.tolist(), y.tolist(), strict=True)) <= drawn


def test_a_restless_trace_keeps_every_sample_at_its_time_and_within_a_twentieth_of_a_millimetre() -> None:
    samples = NOISE.normal(0, 300, 5000).round()
    sheet = lay_out(Group("rhythm", (lead("II", samples),), Fraction(500)), Presentation(format="stacked"))
    (corners,) = lines_of(one_lead(samples, 500))
    x, y = np.array(corners).T
    true = (sheet.traces[0].baseline - samples * sheet.mm_per_uv) * UNIT
    at = np.rint((sheet.traces[0].x + np.arange(5000) * sheet.mm_per_sample) * UNIT)
    assert np.abs(np.interp(at, x, y) - true).max() <= 1.0 + 1e-6
    assert set((y % 2).tolist()) == {0}


def test_a_step_after_equal_points_stays_a_step() -> None:
    """At 1000 Hz several samples share a point; the line must not take the diagonal from before them."""
    (corners,) = lines_of(one_lead(np.array([0.0] * 40 + [1000.0] * 40), 1000))
    flat = [point for point in corners if point[1] == corners[0][1]]
    assert max(x for x, _ in flat) - corners[0][0] == pytest.approx(39 * 0.025 * UNIT, abs=1)


def test_a_gap_breaks_the_line_and_a_lone_sample_is_a_dot() -> None:
    samples = np.zeros(500)
    samples[100:200] = samples[201:300] = np.nan
    lines = lines_of(one_lead(samples, 500))
    assert [len(line) for line in lines] == [2, 2, 2]
    assert lines[1][0] == lines[1][1]


def test_nothing_measured_draws_nothing() -> None:
    assert one_lead(np.full(500, np.nan), 500) == ""


@pytest.mark.parametrize(
    ("wanted", "first_column", "rhythm"),
    [
        (Presentation(), ["I", "II", "III"], ["II"]),
        (Presentation(rhythm="V5"), ["I", "II", "III"], ["V5"]),
        (Presentation(format="3x4+3R"), ["I", "II", "III"], ["V1", "II", "V5"]),
        (Presentation(cabrera=True), ["aVL", "I", "-aVR"], ["II"]),
        (Presentation(format="6x2", cabrera=True), ["aVL", "I", "-aVR", "II", "aVF", "III"], []),
        (Presentation(format="12x1"), list(STANDARD_LEADS), []),
    ],
)
def test_leads_stand_in_the_order_of_their_format(
    wanted: Presentation, first_column: list[str], rhythm: list[str]
) -> None:
    labels = [trace.label for trace in lay_out(group(), wanted).traces]
    assert labels[: len(first_column)] == first_column
    assert labels[12:] == rhythm


def test_minus_avr_alone_is_drawn_upside_down() -> None:
    signs = {trace.label: trace.sign for trace in lay_out(group(), Presentation(cabrera=True)).traces}
    assert {label for label, sign in signs.items() if sign < 0} == {"-aVR"}


def test_columns_follow_each_other_in_time() -> None:
    sheet = lay_out(group())
    assert [trace.first for trace in sheet.traces[:12:3]] == [0, 1250, 2500, 3750]
    assert sheet.traces[-1].count == 5000


@pytest.mark.parametrize("format_", ["3x4+1R", "3x4+3R", "6x2", "12x1", "stacked"])
@pytest.mark.parametrize("gain", [5.0, 10.0, 20.0])
def test_every_pulse_and_baseline_stays_on_the_grid(format_: Format, gain: float) -> None:
    sheet = lay_out(group(), Presentation(format=format_, gain_mm_per_mv=gain))
    _, top, _, height = sheet.grid
    assert sheet.pulses
    for pulse in sheet.pulses:
        assert pulse.baseline - gain >= top - 0.5
        assert pulse.baseline < top + height


def test_a_name_stands_clear_of_a_tall_first_beat() -> None:
    samples = np.zeros(5000)
    samples[20:30] = 1200.0
    leads = tuple(lead(name, samples) for name in STANDARD_LEADS)
    sheet = lay_out(Group("rhythm", leads, Fraction(500)))
    rises = {trace.baseline - trace.label_y for trace in sheet.traces if trace.first == 0}
    assert min(rises) >= 12.0


def test_leads_that_are_not_twelve_get_a_row_each() -> None:
    sheet = lay_out(group(names=("X", "Y", "Z")))
    assert [trace.label for trace in sheet.traces] == ["X", "Y", "Z"]
    assert len({trace.baseline for trace in sheet.traces}) == 3


def test_a_group_without_leads_or_samples_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to draw"):
        lay_out(Group("rhythm", (), Fraction(500)))
    with pytest.raises(ValueError, match="nothing to draw"):
        lay_out(group(seconds=0))


def test_names_from_a_file_cannot_become_markup() -> None:
    words = '<script>"&'
    root = ElementTree.fromstring(paint_svg(lay_out(group(), caption=Caption(title=words, left=(words,)))))
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts.count(words) == 2
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))


def test_the_sheet_states_scale_and_filters() -> None:
    foot = filters_text({"high_pass_hz": 0.05, "low_pass_hz": 150.0, "notch_hz": 50.0})
    assert foot == "滤波 filter 0.05–150 Hz · 50 Hz 陷波 notch"
    assert filters_text({}) == "滤波未注明 filters not stated"
    svg = paint_svg(lay_out(group(), Presentation(speed_mm_per_s=50.0, gain_mm_per_mv=5.0), Caption(foot=foot)))
    assert f"走纸 50 mm/s · 增益 5 mm/mV · {foot}" in svg


def tall(lead_name: str, start: int, height: float) -> Group:
    made = group()
    next(lead for lead in made.leads if lead.name == lead_name).samples[:] = 0
    for one in made.leads:
        one.samples[:] = np.clip(one.samples, -500, 500)
    next(lead for lead in made.leads if lead.name == lead_name).samples[start : start + 60] = height
    return made


@pytest.mark.parametrize(("name", "start", "height", "row"), [("I", 300, 2600.0, 0), ("II", 4900, -2700.0, -1)])
def test_the_outer_rows_make_room_for_a_wave_that_would_leave_the_grid(
    name: str, start: int, height: float, row: int
) -> None:
    plain, sheet = lay_out(tall(name, start, 0.0)), lay_out(tall(name, start, height))
    zeros, usual = (sorted({trace.baseline for trace in one.traces}) for one in (sheet, plain))
    assert abs(zeros[row] - usual[row]) == pytest.approx(7, abs=1)
    assert zeros[1:-1] == usual[1:-1]
    assert sheet.beyond == ()


def test_a_wave_that_no_room_can_hold_is_drawn_whole_and_named() -> None:
    sheet = lay_out(tall("I", 300, 5000.0))
    assert sheet.beyond == ("I",)
    svg = paint_svg(sheet)
    assert "I 超出网格 beyond the grid" in svg
    trace = sheet.traces[0]
    (corners,) = lines_of(trace_path(trace, sheet.mm_per_sample, sheet.mm_per_uv, _Words()))
    assert min(y for _, y in corners) == pytest.approx((trace.baseline - 50) * UNIT, abs=1)
