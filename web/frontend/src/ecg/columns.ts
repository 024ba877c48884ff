import type { Sheet, Trace, View } from './types';

/** Columns a pixel: an edge stands within a quarter of a pixel, so that a distance is right within half a pixel. */
export const FINE = 2;

/** Top and bottom of a line in each fine column, in pixels; a column without a line has top = Infinity. */
export class Columns {
  readonly top: Float32Array;
  readonly bottom: Float32Array;

  readonly width: number;
  /** The columns that are covered lie from `first` to `last`. */
  first: number;
  last = -1;

  constructor(pixels: number) {
    const width = pixels * FINE;
    this.width = width;
    this.top = new Float32Array(width).fill(Infinity);
    this.bottom = new Float32Array(width).fill(-Infinity);
    this.first = width;
  }

  /** Wipes what was covered. */
  clear(): void {
    this.top.fill(Infinity, this.first, this.last + 1);
    this.bottom.fill(-Infinity, this.first, this.last + 1);
    this.first = this.width;
    this.last = -1;
  }

  /** The straight line between two points (x in fine columns), cut at the column edges: nothing measured is lost. */
  line(x0: number, y0: number, x1: number, y1: number): void {
    const last = Math.floor(x1);
    let column = Math.floor(x0);
    if (column === last) {
      this.#cover(column, y0, y1);
      return;
    }
    const slope = (y1 - y0) / (x1 - x0);
    let from = y0;
    for (; column < last; column += 1) {
      const to = y0 + (column + 1 - x0) * slope;
      this.#cover(column, from, to);
      from = to;
    }
    this.#cover(column, from, y1);
  }

  #cover(column: number, one: number, two: number): void {
    if (column < 0 || column >= this.width) return;
    if (column < this.first) this.first = column;
    if (column > this.last) this.last = column;
    const high = one < two ? one : two;
    const low = one < two ? two : one;
    if (high < (this.top[column] ?? 0)) this.top[column] = high;
    if (low > (this.bottom[column] ?? 0)) this.bottom[column] = low;
  }

  /** One trace; NaN breaks the line, a sample alone between two gaps is a point. */
  trace(trace: Trace, sheet: Sheet, view: View): void {
    const { samples } = trace.lead;
    const step = sheet.mmPerSample * view.pxPerMm * FINE;
    const scale = -trace.sign * sheet.mmPerUv * view.pxPerMm;
    const left = (trace.x - view.left) * view.pxPerMm * FINE;
    const zero = (trace.baseline - view.top) * view.pxPerMm;
    let before = NaN;
    for (let index = 0; index < trace.count; index += 1) {
      const y = zero + (samples[trace.first + index] ?? NaN) * scale;
      const x = left + index * step;
      if (!Number.isNaN(y)) {
        if (Number.isNaN(before)) this.line(x, y, x, y);
        else this.line(x - step, before, x, y);
      }
      before = y;
    }
  }

  /** A calibration pulse of 1 mV; `at` is where its foot begins, `baseline` its height (mm). */
  pulse(at: number, baseline: number, sheet: Sheet, view: View): void {
    const top = baseline - 1000 * sheet.mmPerUv;
    const corners = [[0, baseline], [2.5, baseline], [2.5, top], [7.5, top], [7.5, baseline], [10, baseline]] as const;
    const points = corners.map(([x, y]) => [(at + x - view.left) * view.pxPerMm * FINE, (y - view.top) * view.pxPerMm] as const);
    points.reduce((from, to) => {
      this.line(from[0], from[1], to[0], to[1]);
      return to;
    });
  }
}
