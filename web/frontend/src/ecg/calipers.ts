import type { Sheet, View } from './types';

const LINE = '#0b5cad';

/** A pair of points on the sheet in canvas pixels. */
export interface Span {
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
}

/** What the calipers measure; `perMinute` is null where both points have the same time. */
export interface Reading {
  readonly milliseconds: number;
  readonly millivolts: number;
  readonly perMinute: number | null;
}

/** The difference of two points: time is never negative, upwards is positive. */
export function reading(span: Span, sheet: Sheet, view: View, samplingFrequency: number): Reading {
  const mmPerSecond = sheet.mmPerSample * samplingFrequency;
  const seconds = Math.abs(span.to[0] - span.from[0]) / view.pxPerMm / mmPerSecond;
  const millivolts = (span.from[1] - span.to[1]) / view.pxPerMm / (sheet.mmPerUv * 1000);
  return { milliseconds: seconds * 1000, millivolts, perMinute: seconds > 0 ? 60 / seconds : null };
}

/** `820 ms · 73 次/分 · +1.02 mV` */
export function words(found: Reading, language: 'zh' | 'en' = 'zh'): string {
  const rate = found.perMinute === null ? [] : [`${found.perMinute.toFixed(0)} ${language === 'zh' ? '次/分' : '/min'}`];
  const volts = `${found.millivolts < 0 ? '−' : '+'}${Math.abs(found.millivolts).toFixed(2)} mV`;
  return [`${found.milliseconds.toFixed(0)} ms`, ...rate, volts].join(' · ');
}

type Box = readonly [x: number, y: number, width: number, height: number];

/** The overlay: wipes only what it drew last, so that a drag costs little at any canvas size. */
export class Calipers {
  #drawn: Box[] = [];

  constructor(readonly context: CanvasRenderingContext2D) {}

  clear(): void {
    for (const box of this.#drawn) this.context.clearRect(...box);
    this.#drawn = [];
  }

  draw(span: Span, text: string, pxPerMm: number): void {
    this.clear();
    const { context } = this;
    const { width, height } = context.canvas;
    const [x0, y0] = span.from;
    const [x1, y1] = span.to;
    const left = Math.min(x0, x1);
    const fill = (colour: string, ...box: Box): void => {
      context.fillStyle = colour;
      context.fillRect(...box);
      this.#drawn.push([Math.floor(box[0]) - 1, Math.floor(box[1]) - 1, Math.ceil(box[2]) + 3, Math.ceil(box[3]) + 3]);
    };
    fill(LINE, Math.round(x0), 0, 1, height);
    fill(LINE, Math.round(x1), 0, 1, height);
    fill(LINE, left, Math.round(y0), Math.abs(x1 - x0) + 1, 1);
    fill(LINE, left, Math.round(y1), Math.abs(x1 - x0) + 1, 1);
    const size = Math.max(14, Math.round(3 * pxPerMm));
    context.font = `600 ${size}px sans-serif`;
    const room = Math.ceil(context.measureText(text).width) + size;
    const x = Math.max(0, Math.min(Math.max(x0, x1) + 6, width - room));
    const y = Math.max(0, Math.min(Math.min(y0, y1) - size * 1.8, height - size * 1.6));
    fill('#ffffffe6', x, y, room, size * 1.6);
    context.fillStyle = LINE;
    context.fillText(text, x + size / 2, y + size * 1.15);
  }
}
