import type { Types } from '@cornerstonejs/core';
import type { Point } from '../measure/geometry';
import type { Stage } from '../stage/stage';
import type { StageState } from '../stage/state';

/** What tests ask of the picture. */
export interface Probe {
  readonly state: () => Pick<StageState, 'status' | 'quality' | 'index' | 'percent' | 'window' | 'inverted' | 'warnings' | 'edges' | 'tool' | 'problem' | 'preset'>;
  readonly cpu: boolean;
  /** SHA-256 of the kept pixel values as float64, so that it does not depend on how they are stored. */
  readonly digest: () => Promise<string>;
  /** Where an image point is on the page, in CSS pixels. */
  readonly pageOf: (column: number, row: number) => Point;
  /** Mean grey of the canvas around image points. */
  readonly greyAt: (points: readonly Point[]) => number[];
}

export function probe(stage: Stage): Probe {
  const canvas = (): HTMLCanvasElement => stage.viewport.getCanvas();
  return {
    cpu: stage.cpu,
    state: () => {
      const { status, quality, index, percent, window, inverted, warnings, edges, tool, problem, preset } = stage.store.get();
      return { status, quality, index, percent, window, inverted, warnings, edges, tool, problem, preset };
    },
    digest: async () => {
      const values = Float64Array.from(stage.viewport.getCornerstoneImage().voxelManager?.getScalarData() ?? []);
      const hash = await crypto.subtle.digest('SHA-256', values.buffer);
      return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    },
    pageOf: (column, row) => {
      const [x, y] = stage.space.toCanvas([column, row]);
      const box = canvas().getBoundingClientRect();
      return [box.left + x, box.top + y];
    },
    greyAt: (points) => {
      const context = canvas().getContext('2d');
      return points.map((point) => greyOf(context, stage.space.toCanvas(point)));
    },
  };
}

function greyOf(context: CanvasRenderingContext2D | null, [x, y]: Types.Point2): number {
  const scale = window.devicePixelRatio;
  const pixel = context?.getImageData(Math.round(x * scale - 0.5), Math.round(y * scale - 0.5), 1, 1).data;
  if (pixel === undefined || pixel[0] !== pixel[1] || pixel[1] !== pixel[2]) return Number.NaN;
  return pixel[0] ?? Number.NaN;
}
