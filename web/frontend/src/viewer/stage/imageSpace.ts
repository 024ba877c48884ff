import type { StackViewport, Types } from '@cornerstonejs/core';
import type { Point } from '../measure/geometry';

interface Plane {
  readonly origin: readonly number[];
  readonly direction: readonly number[];
  readonly spacing: readonly number[];
  /** What Cornerstone calls the centre of the first pixel. */
  readonly half: number;
  /** Kept pixels per image pixel: below 1 while only a lower resolution has arrived. */
  readonly share: readonly [number, number];
}

/** Between the image (column and row, pixel centres at whole numbers), Cornerstone's world and the screen. */
export class ImageSpace {
  /** Columns and rows of the whole image. */
  private size: readonly [columns: number, rows: number] = [1, 1];

  constructor(private readonly viewport: StackViewport, private readonly cpu: boolean) {}

  /** Which image is shown from now on. */
  use(columns: number, rows: number): void {
    this.size = [columns, rows];
  }

  /** The same point in a picture of other size, such as a lower resolution. */
  within([column, row]: Point, columns: number, rows: number): Point {
    return [((column + 0.5) * columns) / this.size[0] - 0.5, ((row + 0.5) * rows) / this.size[1] - 0.5];
  }

  toImage(world: Types.Point3): Point {
    const { origin, direction, spacing, half, share } = this.plane();
    const along = (axis: 0 | 1): number => {
      const distance = [0, 1, 2].reduce((sum, k) => sum + (at(world, k) - at(origin, k)) * at(direction, 3 * axis + k), 0);
      return (distance / at(spacing, axis) - half + 0.5) / share[axis] - 0.5;
    };
    return [along(0), along(1)];
  }

  toWorld([column, row]: Point): Types.Point3 {
    const { origin, direction, spacing, half, share } = this.plane();
    const kept = [(column + 0.5) * share[0] - 0.5 + half, (row + 0.5) * share[1] - 0.5 + half];
    const part = (k: number): number =>
      at(origin, k) +
      at(kept, 0) * at(spacing, 0) * at(direction, k) +
      at(kept, 1) * at(spacing, 1) * at(direction, 3 + k);
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
    const { origin, spacing, dimensions } = data;
    const share = [dimensions[0] / this.size[0], dimensions[1] / this.size[1]] as const;
    return { origin, direction: [...data.direction], spacing, half: this.cpu ? 0.5 : 0, share };
  }
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? 0;
}
