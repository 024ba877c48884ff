import type { StackViewport, Types } from '@cornerstonejs/core';
import { opposite, orientationOf } from '../study/images';
import type { Instance } from '../dicom/json';
import type { ImageSpace } from './imageSpace';

/** The letters at the four edges of the view. */
export interface Edges {
  readonly left: string;
  readonly top: string;
  readonly right: string;
  readonly bottom: string;
}

/** Where the picture lies on the screen: moves that work alike with a GPU and without. */
export class View {
  /** Quarter turns to the right after mirroring left to right. */
  private quarters = 0;
  private mirrored = false;

  constructor(private readonly viewport: StackViewport, private readonly space: ImageSpace) {}

  /** Percent of one image pixel to one device pixel. */
  percent(): number {
    return Math.round(100 * this.space.scale() * window.devicePixelRatio);
  }

  actualSize(): void {
    this.zoomBy(1 / (this.space.scale() * window.devicePixelRatio));
  }

  /** Enlarge by a factor; the point of the canvas stays where it is, its centre unless told. */
  zoomBy(factor: number, around?: Types.Point2): void {
    const fixed = around && this.viewport.canvasToWorld(around);
    this.viewport.setZoom(this.viewport.getZoom() * factor);
    if (around && fixed) {
      const [x, y] = this.viewport.worldToCanvas(fixed);
      this.panBy(around[0] - x, around[1] - y);
    }
    this.viewport.render();
  }

  /** Move the picture by CSS pixels. */
  panBy(dx: number, dy: number): void {
    const from = this.viewport.canvasToWorld([0, 0]);
    const to = this.viewport.canvasToWorld([dx, dy]);
    const { focalPoint, position } = this.viewport.getCamera();
    if (focalPoint === undefined || position === undefined) return;
    const shift = (point: Types.Point3): Types.Point3 => [
      point[0] - (to[0] - from[0]),
      point[1] - (to[1] - from[1]),
      point[2] - (to[2] - from[2]),
    ];
    this.viewport.setCamera({ focalPoint: shift(focalPoint), position: shift(position) });
    this.viewport.render();
  }

  rotateBy(quarters: 1 | -1): void {
    this.turn(this.quarters + quarters, this.mirrored);
  }

  /** Mirror what is seen: left to right, or top to bottom. */
  flip(axis: 'horizontal' | 'vertical'): void {
    this.turn((axis === 'horizontal' ? 0 : 2) - this.quarters, !this.mirrored);
  }

  fit(): void {
    this.viewport.resetCamera({ resetPan: true, resetZoom: true, resetToCenter: true, suppressEvents: false });
    this.viewport.render();
  }

  /** Fit, unturned and unmirrored. */
  reset(): void {
    this.turn(0, false);
    this.fit();
  }

  /** A new stack comes unturned and unmirrored. */
  forget(): void {
    this.quarters = 0;
    this.mirrored = false;
  }

  edges(instance: Instance): Edges | undefined {
    const orientation = orientationOf(instance);
    if (orientation === undefined) return undefined;
    const [ox, oy] = this.space.toCanvas([0, 0]);
    const towards = (canvas: Types.Point2): readonly [number, number] => [canvas[0] - ox, canvas[1] - oy];
    const row = towards(this.space.toCanvas([1, 0]));
    const column = towards(this.space.toCanvas([0, 1]));
    const rowAcross = Math.abs(row[0]) >= Math.abs(row[1]);
    const across = rowAcross ? { letters: orientation[0], sign: row[0] } : { letters: orientation[1], sign: column[0] };
    const down = rowAcross ? { letters: orientation[1], sign: column[1] } : { letters: orientation[0], sign: row[1] };
    const right = across.sign > 0 ? across.letters : opposite(across.letters);
    const bottom = down.sign > 0 ? down.letters : opposite(down.letters);
    return { left: opposite(right), right, top: opposite(bottom), bottom };
  }

  /** Always from the unturned picture: mirrored first, then turned, which both ways of rendering understand alike. */
  private turn(quarters: number, mirrored: boolean): void {
    this.quarters = ((quarters % 4) + 4) % 4;
    this.mirrored = mirrored;
    this.viewport.setViewPresentation({ rotation: 0 });
    this.viewport.setCamera({ flipHorizontal: mirrored, flipVertical: false });
    this.viewport.setViewPresentation({ rotation: 90 * this.quarters });
    this.viewport.setCamera({}); // without a GPU a turn takes effect with the next camera
    this.viewport.render();
  }
}
