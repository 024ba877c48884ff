import type { ResultRow } from '../api/results';

/** Where the marks of the trend stand: one line an item, time from left to right. */

export interface Dot {
  readonly row: ResultRow;
  /** Share of the width, 0 to 1. */
  readonly at: number;
}

export interface Line {
  readonly name: string;
  readonly dots: readonly Dot[];
}

export interface Plot {
  readonly lines: readonly Line[];
  readonly from: string;
  readonly until: string;
}

const when = (row: ResultRow): number => Date.parse(row.study_at.slice(0, 10)) || Date.parse(row.issued_at);

/** Two results on one day are put apart by so much, so that each can be hit; the newest keeps its place. */
const APART = 0.06;

function spread(dots: readonly Dot[]): readonly Dot[] {
  const placed: Dot[] = [];
  let room = 1;
  for (const dot of dots.toSorted((one, other) => other.at - one.at)) {
    const at = Math.max(0, Math.min(dot.at, room));
    placed.unshift({ row: dot.row, at });
    room = at - APART;
  }
  return placed;
}

/** The items with the newest results first; null when there is nothing to compare. */
export function plotted(rows: readonly ResultRow[], mostLines: number): Plot | null {
  const known = rows.filter((row) => row.status !== 'entered-in-error');
  if (known.length < 2) return null;
  const times = known.map(when);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const groups = Map.groupBy(known, (row) => row.item_name);
  const lines = [...groups].slice(0, mostLines).map(([name, its]) => ({
    name,
    dots: spread(its.map((row) => ({ row, at: last === first ? 1 : (when(row) - first) / (last - first) }))),
  }));
  return { lines, from: new Date(first).toISOString().slice(0, 10), until: new Date(last).toISOString().slice(0, 10) };
}
