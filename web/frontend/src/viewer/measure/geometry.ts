import type { Spacing } from '../spacing/spacing';

/** A point on the image: column and row, pixel centres at whole numbers. */
export type Point = readonly [column: number, row: number];

/** From a to b in millimetres (pixels when the spacing is unknown). */
export function vector(a: Point, b: Point, spacing: Spacing): Point {
  return [(b[0] - a[0]) * spacing.column, (b[1] - a[1]) * spacing.row];
}

export function lengthOf(a: Point, b: Point, spacing: Spacing): number {
  return Math.hypot(...vector(a, b, spacing));
}

/** The angle at `corner` in degrees, 0 to 180. */
export function angleAt(a: Point, corner: Point, b: Point, spacing: Spacing): number {
  return between(vector(corner, a, spacing), vector(corner, b, spacing));
}

/** Cobb's angle: between two end-plate lines, 0 to 90 degrees, whichever way each line was drawn. */
export function cobbAngle(a: Point, b: Point, c: Point, d: Point, spacing: Spacing): number {
  const angle = between(vector(a, b, spacing), vector(c, d, spacing));
  return Math.min(angle, 180 - angle);
}

function between(u: Point, v: Point): number {
  const lengths = Math.hypot(...u) * Math.hypot(...v);
  if (lengths === 0) return 0;
  return (Math.acos(Math.min(1, Math.max(-1, (u[0] * v[0] + u[1] * v[1]) / lengths))) * 180) / Math.PI;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The box around a region's handles. Views turn by quarters only, so a region's sides follow the rows and columns. */
export function boxOf(points: readonly Point[]): Box {
  const columns = points.map(([column]) => column);
  const rows = points.map(([, row]) => row);
  return { left: Math.min(...columns), right: Math.max(...columns), top: Math.min(...rows), bottom: Math.max(...rows) };
}

export function areaOf(box: Box, shape: 'rectangle' | 'ellipse', spacing: Spacing): number {
  const area = (box.right - box.left) * spacing.column * (box.bottom - box.top) * spacing.row;
  return shape === 'ellipse' ? (area * Math.PI) / 4 : area;
}
