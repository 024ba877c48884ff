"""The canvas painter in a browser: same layout as the server, true to the millimetre, calipers that measure."""

import base64
import json
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page, Playwright

from ecg.drawing import Presentation, lay_out
from ecg.drawing.layout import PULSE_ROOM
from tests.acceptance.ecg_canvas.desk import ARGUMENTS, CHROMIUM, as_script, opened, put, serving_page
from tests.conformance.ecg_drawing.ground_truth import PRESENTATIONS, Picture, hold_against, recording

WIDTH, HEIGHT = 1900, 1000
each_presentation = pytest.mark.parametrize("wanted", PRESENTATIONS, ids=lambda wanted: str(wanted)[13:80])


@pytest.fixture(scope="module")
def page(playwright: Playwright) -> Iterator[Page]:
    """The ground-truth recording on the test page; whatever the browser complains of fails the test."""
    problems: list[str] = []
    with serving_page() as (address, folder):
        put(folder, "record.json", recording())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.on("pageerror", lambda error: problems.append(str(error)))
        opened(page, address, "record.json", WIDTH, HEIGHT)
        yield page
        browser.close()
    assert problems == []


def show(
    page: Page, wanted: Presentation, px_per_mm: float | None = None, size: tuple[int, int] = (WIDTH, HEIGHT)
) -> None:
    page.evaluate(
        "([wanted, width, height, scale]) => { const painter = window.ecgPainter; painter.clearCalipers();"
        " painter.show(wanted); painter.resize(width, height, scale ?? undefined); }",
        [as_script(wanted), *size, px_per_mm],
    )


def picture_of(page: Page) -> Picture:
    """The layers one over the other, read back pixel by pixel."""
    data, width, height, view = page.evaluate(
        """() => {
          const { canvases, view } = window.ecgPainter;
          const whole = document.createElement('canvas');
          whole.width = canvases[0].width;
          whole.height = canvases[0].height;
          const context = whole.getContext('2d', { willReadFrequently: true });
          for (const canvas of canvases) context.drawImage(canvas, 0, 0);
          return [whole.toDataURL('image/png').split(',')[1], whole.width, whole.height, view];
        }"""
    )
    picture = Picture.of_png(base64.b64decode(data), view["pxPerMm"], view["left"], view["top"])
    assert picture.pixels.shape == (height, width, 3)
    return picture


@each_presentation
def test_the_canvas_lays_out_as_the_server_does(page: Page, wanted: Presentation) -> None:
    sheet = lay_out(recording(), wanted)
    show(page, wanted)
    drawn = page.evaluate(
        """() => { const { traces, pulses, ticks, mmPerSample, mmPerUv } = window.ecgPainter.sheet;
          return [traces.map((t) => [t.label, t.lead.name, t.first, t.count, t.x, t.baseline, t.sign, t.labelY]),
                  pulses, ticks.length, mmPerSample, mmPerUv]; }"""
    )
    traces, pulses, ticks, mm_per_sample, mm_per_uv = drawn
    ours = [[t.label, t.lead.name, t.first, t.count, t.x, t.baseline, t.sign] for t in sheet.traces]
    assert [trace[:-1] for trace in traces] == ours
    assert [trace[-1] for trace in traces] == pytest.approx([trace.label_y for trace in sheet.traces], abs=1e-4)
    assert pulses == [pulse.baseline for pulse in sheet.pulses]
    rows_in_columns = {trace.baseline for trace in sheet.traces if trace.x > sheet.grid[0] + PULSE_ROOM}
    assert ticks == len(sheet.separators) * len(rows_in_columns)
    assert (mm_per_sample, mm_per_uv) == (sheet.mm_per_sample, sheet.mm_per_uv)


def test_the_canvas_makes_room_for_a_tall_wave_as_the_server_does(page: Page) -> None:
    group = recording()
    for index, height in ((0, 2600.0), (5, -2900.0)):
        group.leads[index].samples[700:760] = height
    drawn = page.evaluate(
        """([leads, samplingFrequency]) => {
          const told = leads.map(([name, samples]) => ({ name, samples: Float32Array.from(samples) }));
          const group = { samplingFrequency, leads: told };
          const painter = new window.ecgPainter.constructor(document.createElement('div'), group);
          return painter.sheet.traces.map((trace) => trace.baseline);
        }""",
        [[[lead.name, lead.samples.tolist()] for lead in group.leads], float(group.sampling_frequency)],
    )
    ours = [trace.baseline for trace in lay_out(group).traces]
    assert drawn == ours
    assert ours != [trace.baseline for trace in lay_out(recording()).traces]


@each_presentation
@pytest.mark.parametrize("px_per_mm", [None, 96 / 25.4, 300 / 25.4], ids=["fitted", "96 dpi", "300 dpi"])
def test_the_canvas_is_true_to_the_millimetre(page: Page, wanted: Presentation, px_per_mm: float | None) -> None:
    size = (WIDTH, HEIGHT) if px_per_mm is None else (round(277 * px_per_mm) + 1, round(162 * px_per_mm) + 1)
    show(page, wanted, px_per_mm, size)
    hold_against(picture_of(page), lay_out(recording(), wanted))


def test_a_spike_of_one_sample_survives_at_any_width(page: Page) -> None:
    """Min and max of every pixel column: at 26 pixels a second a sample of 2 ms is still as high as measured."""
    show(page, Presentation(), 1.05, (300, 200))
    first_inked, expected = page.evaluate(
        """() => { const painter = window.ecgPainter;
          const { traces, mmPerSample } = painter.sheet;
          const { view } = painter;
          const trace = traces[0];
          trace.lead.samples[150] = 1500;
          painter.redraw();
          trace.lead.samples[150] = 0;
          const { data, width } = painter.canvases[1].getContext('2d').getImageData(0, 0, 300, 200);
          const column = Math.floor((trace.x + 150 * mmPerSample - view.left) * view.pxPerMm);
          const inked = Array.from({ length: 200 }, (_, row) => data[(row * width + column) * 4 + 3] > 0);
          return [inked.indexOf(true), (trace.baseline - 15 - view.top) * view.pxPerMm]; }"""
    )
    assert abs(first_inked + 0.5 - expected) <= 1


def test_calipers_measure_time_rate_and_amplitude(page: Page) -> None:
    """Dragged by mouse from the foot of one pulse to the top of the next: 1 s, 60 a minute, 1 mV."""
    sheet = lay_out(recording())
    show(page, Presentation())
    view = page.evaluate("window.ecgPainter.view")
    trace = sheet.traces[-1]

    def place(sample: int, microvolts: float) -> tuple[float, float]:
        x = (trace.x + sample * sheet.mm_per_sample - view["left"]) * view["pxPerMm"]
        return x, (trace.baseline - microvolts * sheet.mm_per_uv - view["top"]) * view["pxPerMm"]

    untouched = picture_of(page).pixels
    page.mouse.move(*place(725, 0))
    page.mouse.down()
    page.mouse.move(*place(1225, 1000), steps=5)
    page.mouse.up()
    reading = json.loads(page.locator("#sheet").get_attribute("data-reading") or "null")
    assert reading["milliseconds"] == pytest.approx(1000, abs=1000 / 25 / view["pxPerMm"])
    assert reading["perMinute"] == pytest.approx(60, rel=0.01)
    assert reading["millivolts"] == pytest.approx(1, abs=0.1 / view["pxPerMm"])
    assert not np.array_equal(picture_of(page).pixels, untouched)
    page.keyboard.press("Escape")
    assert np.array_equal(picture_of(page).pixels, untouched), "the calipers left something behind"
