import type { Types } from '@cornerstonejs/core';
import type { Point } from '../measure/geometry';
import type { ImageSpace } from './imageSpace';

/** The lens in CSS pixels, and how much larger it shows than the view. */
const SIZE = 240;
const POWER = 2.5;

/**
 * A lens drawn from the pixels themselves, with the same greys as the view. Cornerstone's magnifier opens a second
 * viewport with a straight window, which would show other greys than the picture beneath it.
 */
export class Magnifier {
  private readonly canvas = document.createElement('canvas');

  constructor(host: HTMLElement) {
    this.canvas.className = 'lz-viewer-lens';
    this.canvas.width = SIZE;
    this.canvas.height = SIZE;
    this.canvas.hidden = true;
    host.append(this.canvas);
  }

  hide(): void {
    this.canvas.hidden = true;
  }

  /** Show the lens around a point of the view; `grey` maps a kept value to 0…1 and is absent for colour. */
  show(centre: Types.Point2, space: ImageSpace, image: Types.IImage, grey: ((value: number) => number) | undefined): void {
    const context = this.canvas.getContext('2d');
    if (context === null) return;
    const picture = context.createImageData(SIZE, SIZE);
    const sample = samplerOf(image, grey);
    const reach = SIZE / 2 / POWER;
    const corner = (x: number, y: number): Point =>
      space.within(space.fromCanvas([centre[0] + x * reach, centre[1] + y * reach]), image.columns, image.rows);
    const [left, top] = corner(-1, -1);
    const [rightX, rightY] = corner(1, -1);
    const [downX, downY] = corner(-1, 1);
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++) {
        const u = (x + 0.5) / SIZE;
        const v = (y + 0.5) / SIZE;
        const column = left + (rightX - left) * u + (downX - left) * v;
        const row = top + (rightY - top) * u + (downY - top) * v;
        sample(column, row, picture.data, 4 * (y * SIZE + x));
      }
    }
    context.putImageData(picture, 0, 0);
    this.canvas.style.left = `${centre[0] - SIZE / 2}px`;
    this.canvas.style.top = `${centre[1] - SIZE / 2}px`;
    this.canvas.hidden = false;
  }

  remove(): void {
    this.canvas.remove();
  }
}

type Sampler = (column: number, row: number, into: Uint8ClampedArray, at: number) => void;

/** Bilinear between pixel centres; black beyond the edge. */
function samplerOf(image: Types.IImage, grey: ((value: number) => number) | undefined): Sampler {
  const values = image.voxelManager?.getScalarData() ?? [];
  const { columns, rows } = image;
  const channels = Math.max(1, Math.round(values.length / (columns * rows)));
  const pixel = (column: number, row: number, channel: number): number =>
    values[(Math.min(rows - 1, row) * columns + Math.min(columns - 1, column)) * channels + channel] ?? 0;
  return (column, row, into, at) => {
    into[at + 3] = 255;
    const x = Math.max(0, Math.floor(column));
    const y = Math.max(0, Math.floor(row));
    if (column < -0.5 || row < -0.5 || column > columns - 0.5 || row > rows - 0.5) return;
    const fx = Math.max(0, column - x);
    const fy = Math.max(0, row - y);
    for (let channel = 0; channel < 3; channel++) {
      const c = Math.min(channel, channels - 1);
      const upper = pixel(x, y, c) * (1 - fx) + pixel(x + 1, y, c) * fx;
      const lower = pixel(x, y + 1, c) * (1 - fx) + pixel(x + 1, y + 1, c) * fx;
      const value = upper * (1 - fy) + lower * fy;
      into[at + channel] = grey ? 255 * grey(value) : value;
    }
  };
}
