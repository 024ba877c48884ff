import { Calipers, reading, words, type Reading, type Span } from './calipers';
import { Columns } from './columns';
import { paintGrid, paintMarks } from './grid';
import { GRID, layOut } from './layout';
import { Pixels } from './pixels';
import { STANDARD, type Group, type Presentation, type Sheet, type View } from './types';

const STROKE_MM = 0.25;

function layer(host: HTMLElement, name: string): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas');
  canvas.className = `ecg-layer ecg-${name}`;
  // Software canvases: the layers are written pixel by pixel, and county workstations have no GPU worth a copy.
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('this browser has no 2D canvas: use a current Chromium or Firefox');
  host.append(canvas);
  return context;
}

/**
 * An ECG on three stacked canvases: paper (grid, names), ink (traces, pulses), overlay (calipers).
 * A new group, presentation or size repaints what it changes; dragging the calipers repaints the overlay only.
 */
export class EcgPainter {
  readonly #paper: CanvasRenderingContext2D;
  readonly #ink: CanvasRenderingContext2D;
  readonly #overlay: CanvasRenderingContext2D;
  readonly #calipers: Calipers;
  #grid: { readonly key: string; readonly canvas: HTMLCanvasElement } | undefined;
  #columns = new Columns(1);
  #pixels = new Pixels(1, 1);
  #presentation = STANDARD;
  sheet: Sheet;
  view: View = { pxPerMm: 1, left: GRID.left, top: GRID.top };

  constructor(
    host: HTMLElement,
    readonly group: Group,
  ) {
    this.#paper = layer(host, 'paper');
    this.#ink = layer(host, 'ink');
    this.#overlay = layer(host, 'overlay');
    this.#calipers = new Calipers(this.#overlay);
    this.sheet = layOut(group, this.#presentation);
  }

  get canvases(): readonly HTMLCanvasElement[] {
    return [this.#paper.canvas, this.#ink.canvas, this.#overlay.canvas];
  }

  /** Size in device pixels; without a scale the whole grid fits. */
  resize(width: number, height: number, pxPerMm = Math.min(width / (GRID.width + 2), height / (GRID.height + 2))): void {
    for (const canvas of this.canvases) {
      canvas.width = width;
      canvas.height = height;
    }
    this.view = { pxPerMm, left: GRID.left - 1, top: GRID.top - 1 };
    this.#columns = new Columns(width);
    this.#pixels = new Pixels(width, height);
    this.redraw();
  }

  show(presentation: Presentation): void {
    this.#presentation = presentation;
    this.sheet = layOut(this.group, presentation);
    this.redraw();
  }

  redraw(): void {
    this.#paper.drawImage(this.#gridLayer(), 0, 0);
    paintMarks(this.#paper, this.sheet, this.view);
    this.#pixels.clear();
    const thickness = Math.max(1, STROKE_MM * this.view.pxPerMm);
    for (const baseline of this.sheet.pulses) {
      this.#columns.clear();
      this.#columns.pulse(GRID.left, baseline, this.sheet, this.view);
      this.#pixels.paint(this.#columns, thickness);
    }
    for (const trace of this.sheet.traces) {
      this.#columns.clear();
      this.#columns.trace(trace, this.sheet, this.view);
      this.#pixels.paint(this.#columns, thickness);
    }
    this.#ink.putImageData(this.#pixels.image, 0, 0);
  }

  /** The paper is painted once for a size and scale. */
  #gridLayer(): HTMLCanvasElement {
    const { width, height } = this.#paper.canvas;
    const key = `${width} ${height} ${this.view.pxPerMm}`;
    if (this.#grid?.key !== key) {
      const canvas = document.createElement('canvas');
      canvas.width = width;
      canvas.height = height;
      const context = canvas.getContext('2d', { willReadFrequently: true });
      if (context !== null) paintGrid(context, this.view);
      this.#grid = { key, canvas };
    }
    return this.#grid.canvas;
  }

  /** Draw the calipers and say what they measure. */
  measure(span: Span, language: 'zh' | 'en' = 'zh'): Reading {
    const found = reading(span, this.sheet, this.view, this.group.samplingFrequency);
    this.#calipers.draw(span, words(found, language), this.view.pxPerMm);
    return found;
  }

  clearCalipers(): void {
    this.#calipers.clear();
  }

  /** Calipers by mouse, pen or finger: press, drag, let go; Escape takes them away. Gives what undoes the listening. */
  listen(onReading: (found: Reading | null) => void = () => undefined): () => void {
    const { canvas } = this.#overlay;
    const listening = new AbortController();
    const { signal } = listening;
    let from: Span['from'] | undefined;
    const place = (event: PointerEvent): Span['from'] => {
      const scale = canvas.width / canvas.clientWidth;
      return [event.offsetX * scale, event.offsetY * scale];
    };
    canvas.addEventListener('pointerdown', (event) => {
      from = place(event);
      canvas.setPointerCapture(event.pointerId);
    }, { signal });
    canvas.addEventListener('pointermove', (event) => {
      if (from !== undefined) onReading(this.measure({ from, to: place(event) }));
    }, { signal });
    const stop = (): void => {
      from = undefined;
    };
    canvas.addEventListener('pointerup', stop, { signal });
    canvas.addEventListener('pointercancel', stop, { signal });
    window.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      this.clearCalipers();
      onReading(null);
    }, { signal });
    return () => listening.abort();
  }
}
