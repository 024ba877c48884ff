import type { Box } from './geometry';

export interface Statistics {
  readonly mean: number;
  readonly deviation: number;
  readonly least: number;
  readonly most: number;
  readonly count: number;
}

export interface Pixels {
  readonly values: ArrayLike<number>;
  readonly columns: number;
  readonly rows: number;
  /** What a number of `values` is in modality units. */
  readonly toModality: (value: number) => number;
}

/** Mean, standard deviation (of the population), least and most of the pixels whose centre lies in the region. */
export function statisticsOf(pixels: Pixels, box: Box, shape: 'rectangle' | 'ellipse'): Statistics | undefined {
  let count = 0;
  let mean = 0;
  let squares = 0;
  let least = Infinity;
  let most = -Infinity;
  const inside = shape === 'ellipse' ? insideEllipse(box) : () => true;
  for (let row = Math.max(0, Math.ceil(box.top)); row <= Math.min(pixels.rows - 1, box.bottom); row++) {
    for (let column = Math.max(0, Math.ceil(box.left)); column <= Math.min(pixels.columns - 1, box.right); column++) {
      if (!inside(column, row)) continue;
      const value = pixels.toModality(pixels.values[row * pixels.columns + column] ?? 0);
      count += 1;
      const change = value - mean;
      mean += change / count; // Welford: no overflow and no cancellation
      squares += change * (value - mean);
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }
  return count === 0 ? undefined : { mean, deviation: Math.sqrt(squares / count), least, most, count };
}

function insideEllipse(box: Box): (column: number, row: number) => boolean {
  const centre = [(box.left + box.right) / 2, (box.top + box.bottom) / 2] as const;
  const half = [(box.right - box.left) / 2 || 1e-9, (box.bottom - box.top) / 2 || 1e-9] as const;
  return (column, row) => ((column - centre[0]) / half[0]) ** 2 + ((row - centre[1]) / half[1]) ** 2 <= 1;
}
