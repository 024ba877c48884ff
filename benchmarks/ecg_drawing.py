"""Drawing an ECG: the server's SVG, PDF and PNG page, and the workstation's canvas in Chromium without a GPU.

Times on the server are processor time of one core, warm; sizes are gzip at its usual level 6. The canvas is timed in
the page, each redraw with every layer read back, so that nothing is left queued.
"""

import gzip
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

from benchmarks import peers
from ecg.drawing import Presentation, Sheet, lay_out, paint_pdf, paint_png, paint_svg
from ecg.drawing.layout import Format
from ecg.model import Group, Part, UnreadableEcg
from ecg.readers import read
from tests.acceptance.ecg_canvas.desk import ARGUMENTS, CHROMIUM, as_script, opened, put, serving_page

REPEATS = 21
FORMATS: tuple[Format, ...] = ("12x1", "3x4+1R")
WIDTH, HEIGHT = 1900, 1000
TEN_S = (500.0, 5000)  # hertz, samples

# Peers that are installed in build/peers draw the same signal: ecg_plot its own SVG page, CairoSVG a PDF of our SVG.
_PEERS = """
import io, json, sys, time
def timed(act):
    act()
    times = []
    for _ in range(5):
        start = time.process_time()
        act()
        times.append((time.process_time() - start) * 1000)
    return sorted(times)[2]
found = {}
try:
    import cairosvg
    svg = open(sys.argv[1], "rb").read()
    found["cairosvg"] = timed(lambda: cairosvg.svg2pdf(svg))
except ImportError:
    pass
try:
    import ecg_plot, matplotlib, numpy
    matplotlib.use("svg")
    from matplotlib import pyplot
    signal = numpy.load(sys.argv[2]) / 1000
    def page():
        ecg_plot.plot(signal, sample_rate=500, columns=4)
        pyplot.savefig(io.BytesIO(), format="svg")
        pyplot.close("all")
    found["ecg_plot"] = timed(page)
except ImportError:
    pass
print(json.dumps(found))
"""

TIMES = """([presentation, repeats]) => {
  const painter = window.ecgPainter;
  painter.show(presentation);
  const settle = (canvas) => canvas.getContext('2d').getImageData(0, 0, 1, 1);
  const timed = (act) => Array.from({ length: repeats }, (_, turn) => {
    const start = performance.now();
    act(turn);
    return performance.now() - start;
  });
  const redraws = timed(() => { painter.redraw(); painter.canvases.forEach(settle); });
  const drags = timed((turn) => {
    painter.measure({ from: [300, 300], to: [400 + turn * 9, 320 + turn * 3] });
    settle(painter.canvases[2]);
  });
  painter.clearCalipers();
  // The usual way, as the peer: one path through every sample of a lead, stroked.
  const [, ink] = painter.canvases;
  const context = ink.getContext('2d');
  const { sheet, view } = painter;
  const strokes = timed(() => {
    context.clearRect(0, 0, ink.width, ink.height);
    context.lineWidth = 0.25 * view.pxPerMm;
    for (const trace of sheet.traces) {
      context.beginPath();
      for (let index = 0; index < trace.count; index += 1) {
        const microvolts = trace.lead.samples[trace.first + index];
        context.lineTo((trace.x + index * sheet.mmPerSample - view.left) * view.pxPerMm,
                       (trace.baseline - microvolts * sheet.mmPerUv - view.top) * view.pxPerMm);
      }
      context.stroke();
    }
    settle(ink);
  });
  return [redraws, drags, strokes];
}"""


def _row(
    figure: str, unit: str, ours: float, goal: float | None, peer: tuple[str, float] | None = None
) -> dict[str, Any]:
    name, value = peer or (None, None)
    ratio = value / ours if value is not None and ours else None
    keys = {"figure": figure, "unit": unit, "ours": ours, "peer": name, "peer_value": value}
    promised = {"goal": "", "met": None} if goal is None else {"goal": f"≤ {goal:g}", "met": ours <= goal}
    return keys | {"ratio": ratio} | promised


def _milliseconds(act: Callable[[], object]) -> float:
    act()
    times = []
    for _ in range(REPEATS):
        started = time.process_time()
        act()
        times.append((time.process_time() - started) * 1000)
    return statistics.median(times)


def _groups(samples: Path) -> dict[str, Group]:
    """Every 12-lead rhythm strip of 10 s at 500 Hz among the samples that a single file or a WFDB pair holds."""
    found: dict[str, Group] = {}
    for path in sorted(file for file in samples.rglob("*") if file.suffix.lower() not in (".tsv", ".dat", ".mat")):
        if not path.is_file():
            continue
        fellows = path.parent.glob(f"{path.stem}.*") if path.suffix == ".hea" else [path]
        try:
            rhythm = read(tuple(Part(file.name, file.read_bytes()) for file in sorted(fellows))).rhythm
        except UnreadableEcg:
            continue
        if rhythm and len(rhythm.leads) >= 12 and _length(rhythm) == TEN_S:
            found[str(path.relative_to(samples))] = rhythm
    return found


def _length(group: Group) -> tuple[float, int]:
    return float(group.sampling_frequency), group.leads[0].samples.size


def _peers(sheet: Sheet, group: Group) -> dict[str, tuple[str, float]]:
    """Milliseconds of the peers that are installed."""
    with tempfile.TemporaryDirectory() as folder:
        svg, signal = Path(folder, "sheet.svg"), Path(folder, "signal.npy")
        svg.write_text(paint_svg(sheet), encoding="utf-8")
        np.save(signal, np.nan_to_num(np.stack([lead.samples for lead in group.leads[:12]])))
        try:
            found: dict[str, float] = peers.ask(_PEERS, str(svg), str(signal))
        except (OSError, subprocess.SubprocessError, ValueError):
            return {}
    return {name: (name, value) for name, value in found.items()}


def _server(groups: dict[str, Group]) -> list[dict[str, Any]]:
    sheets: dict[str, Sheet] = {name: lay_out(group) for name, group in groups.items()}
    sizes = {name: len(gzip.compress(paint_svg(sheet).encode(), 6)) / 1000 for name, sheet in sheets.items()}
    slowest = max(_milliseconds(partial(paint_svg, sheet)) for sheet in sheets.values())
    largest = max(sizes, key=sizes.__getitem__)
    sheet = sheets[largest]
    theirs = _peers(sheet, groups[largest])
    within = sum(size <= 20 for size in sizes.values())
    return [
        _row(f"SVG page, slowest of {len(sheets)}", "ms", slowest, 5, theirs.get("ecg_plot")),
        _row("SVG page gzipped, median", "kB", statistics.median(sizes.values()), 20),
        _row(f"SVG page gzipped, largest ({largest}); {within} of {len(sizes)} within", "kB", sizes[largest], 20),
        _row("PDF page", "ms", _milliseconds(lambda: paint_pdf(sheet)), 60, theirs.get("cairosvg")),
        _row("PNG page, 150 dpi", "ms", _milliseconds(lambda: paint_png(sheet)), None),
    ]


def _canvas(group: Group) -> list[dict[str, Any]]:
    rows = []
    with serving_page() as (address, folder), sync_playwright() as playwright:
        put(folder, "record.json", group)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        opened(page, address, "record.json", WIDTH, HEIGHT)
        for format_ in FORMATS:
            presentation = as_script(Presentation(format=format_))
            page.evaluate(TIMES, [presentation, 3])  # warm
            redraws, drags, strokes = page.evaluate(TIMES, [presentation, 3 * REPEATS])
            stroke = "path of all points, stroked", statistics.median(strokes)
            what = f"canvas {WIDTH}×{HEIGHT}, {format_}"
            rows.append(_row(f"{what}: redraw, median", "ms", statistics.median(redraws), 10, stroke))
            rows.append(_row(f"{what}: redraw, 95th percentile", "ms", statistics.quantiles(redraws, n=20)[-1], None))
            rows.append(_row(f"{what}: caliper drag, 95th percentile", "ms", statistics.quantiles(drags, n=20)[-1], 4))
        browser.close()
    return rows


def rows(samples: Path) -> list[dict[str, Any]]:
    """Server pages and canvas, on the 10 s, 500 Hz, 12-lead samples."""
    groups = _groups(samples)
    return [*_server(groups), *_canvas(next(iter(groups.values())))]
