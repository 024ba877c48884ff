import type { StackViewport, Types } from '@cornerstonejs/core';
import type { Point } from '../measure/geometry';

interface Plane {
  readonly origin: readonly number[];
  readonly direction: readonly number[];
  readonly spacing: readonly number[];
  readonly half: number;
}

/** Between the image (column and row, pixel centres at whole numbers), Cornerstone's world and the screen. */
export class ImageSpace {
  constructor(private readonly viewport: StackViewport, private readonly cpu: boolean) {}

  toImage(world: Types.Point3): Point {
    const { origin, direction, spacing, half } = this.plane();
    const along = (axis: number): number =>
      [0, 1, 2].reduce((sum, k) => sum + (at(world, k) - at(origin, k)) * at(direction, 3 * axis + k), 0) / at(spacing, axis) - half;
    return [along(0), along(1)];
  }

  toWorld([column, row]: Point): Types.Point3 {
    const { origin, direction, spacing, half } = this.plane();
    const part = (k: number): number =>
      at(origin, k) +
      (column + half) * at(spacing, 0) * at(direction, k) +
      (row + half) * at(spacing, 1) * at(direction, 3 + k);
    return [part(0), part(1), part(2)];
  }

  toCanvas(point: Point): Types.Point2 {
    return this.viewport.worldToCanvas(this.toWorld(point));
  }

  fromCanvas(canvas: Types.Point2): Point {
    return this.toImage(this.viewport.canvasToWorld(canvas));
  }

  /** CSS pixels per image column. */
  scale(): number {
    const [ax, ay] = this.toCanvas([0, 0]);
    const [bx, by] = this.toCanvas([1, 0]);
    return Math.hypot(bx - ax, by - ay);
  }

  private plane(): Plane {
    const data = this.viewport.getImageData();
    if (data === undefined) throw new Error('no image is shown');
    // Without a GPU, Cornerstone counts from a pixel's corner, with one from its centre.
    return { origin: data.origin, direction: [...data.direction], spacing: data.spacing, half: this.cpu ? 0.5 : 0 };
  }
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? 0;
}
