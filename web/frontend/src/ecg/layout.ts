import type { Group, Lead, Presentation, Sheet, Trace } from './types';

/** The rules of `ecg/drawing/layout.py`; the acceptance test holds every number of both to be equal. */
export const GRID = { left: 11, top: 35, width: 275, height: 160 } as const;
export const LABEL_SIZE = 3.2;
const PULSE_ROOM = 15;
const TRACE_WIDTH = 250;
const LABEL_WIDTH = 9;
const LABEL_RISE = 5.2;
const LABEL_GAP = 1;

const LEADS = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const CABRERA = ['aVL', 'I', '-aVR', 'II', 'aVF', 'III', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

interface Plan {
  readonly rows: number;
  readonly columns: number;
  readonly names: readonly string[];
  readonly rhythm: readonly string[];
}

function planOf(group: Group, wanted: Presentation): Plan {
  const present = new Set(group.leads.map(({ name }) => name));
  if (wanted.format === 'stacked' || !LEADS.every((name) => present.has(name))) {
    const names = group.leads.map(({ name }) => name);
    return { rows: names.length, columns: 1, names, rhythm: [] };
  }
  const names = wanted.cabrera ? CABRERA : LEADS;
  if (wanted.format === '6x2') return { rows: 6, columns: 2, names, rhythm: [] };
  if (wanted.format === '12x1') return { rows: 12, columns: 1, names, rhythm: [] };
  const one = present.has(wanted.rhythm) ? wanted.rhythm : 'II';
  return { rows: 3, columns: 4, names, rhythm: wanted.format === '3x4+3R' ? ['V1', 'II', 'V5'] : [one] };
}

interface Shown {
  readonly lead: Lead;
  readonly label: string;
  readonly first: number;
  readonly count: number;
  readonly x: number;
  readonly row: number;
}

/** Rows of equal height; zero lies in the middle, or lower where a pulse of 1 mV needs the room above. */
class Rows {
  readonly height: number;
  readonly mmPerSample: number;
  readonly mmPerUv: number;
  readonly #above: number;
  readonly #moved: number[];

  constructor(
    readonly count: number,
    readonly wanted: Presentation,
    frequency: number,
  ) {
    this.height = GRID.height / count;
    this.#above = this.height * (wanted.gainMmPerMv <= this.height / 2 ? 0.5 : 0.75);
    this.mmPerSample = wanted.speedMmPerS / frequency;
    this.mmPerUv = wanted.gainMmPerMv / 1000;
    this.#moved = Array.from({ length: count }, () => 0);
  }

  /** Lower zero of the first row, and raise that of the last, by up to a quarter of a row, where a wave would leave the grid. */
  makeRoom(shown: readonly Shown[]): void {
    const most = Math.floor(this.height / 4);
    const last = this.count - 1;
    const extremes = (row: number): [number, number] => {
      const own = shown.filter((one) => one.row === row).map((one) => this.#extremes(one));
      return [Math.max(...own.map(([high]) => high)), Math.min(...own.map(([, low]) => low))];
    };
    const above = extremes(0)[0] - (this.baseline(0) - GRID.top);
    const below = -extremes(last)[1] - (GRID.top + GRID.height - this.baseline(last));
    const move = (excess: number): number => Math.min(most, Math.max(0, Math.ceil(excess)));
    this.#moved[0] = (this.#moved[0] ?? 0) + move(above);
    this.#moved[last] = (this.#moved[last] ?? 0) - move(below);
  }

  /** The highest and the lowest point against zero, millimetres upwards. */
  #extremes({ lead, label, first, count }: Shown): [number, number] {
    let high = -Infinity;
    let low = Infinity;
    for (let index = first; index < first + count; index += 1) {
      const value = lead.samples[index] ?? NaN;
      if (value > high) high = value;
      if (value < low) low = value;
    }
    if (high < low) return [0, 0];
    const scale = this.mmPerUv;
    return label.startsWith('-') ? [-low * scale, -high * scale] : [high * scale, low * scale];
  }

  baseline(row: number): number {
    return Math.floor(GRID.top + row * this.height + this.#above + 0.5) + (this.#moved[row] ?? 0);
  }

  /** Every row, or the last alone where the pulse would reach into the row above. */
  pulses(): number[] {
    const rows = Array.from({ length: this.count }, (_, row) => this.baseline(row));
    return this.wanted.gainMmPerMv <= this.#above + 0.5 ? rows : rows.slice(-1);
  }

  trace({ lead, label, first, count, x, row }: Shown): Trace {
    const sign = label.startsWith('-') ? -1 : 1;
    const under = lead.samples.subarray(first, first + Math.min(count, Math.trunc(LABEL_WIDTH / this.mmPerSample) + 1));
    const baseline = this.baseline(row);
    const labelY = baseline + this.#label(under, sign, this.#above + (this.#moved[row] ?? 0));
    return { lead, label, first, count, x: GRID.left + PULSE_ROOM + x, baseline, labelY, sign };
  }

  /** How far below zero the name's line is: above the trace, else beneath it, else as high as the row allows. */
  #label(under: Float32Array, sign: number, above: number): number {
    const known = under.filter((value) => Number.isFinite(value)).map((value) => value * sign * this.mmPerUv);
    const highest = known.length > 0 ? Math.max(...known) : 0;
    const lowest = known.length > 0 ? Math.min(...known) : 0;
    const highestLine = above - 0.75 * LABEL_SIZE;
    const wanted = Math.max(LABEL_RISE, highest + LABEL_GAP);
    if (wanted <= highestLine) return -wanted;
    const beneath = LABEL_GAP + 0.75 * LABEL_SIZE - Math.min(lowest, 0);
    return beneath <= this.height - above ? beneath : -highestLine;
  }
}

/** The sheet for one group of leads. Throws RangeError for a group without leads or without samples. */
export function layOut(group: Group, wanted: Presentation): Sheet {
  const total = group.leads[0]?.samples.length ?? 0;
  if (total === 0) throw new RangeError('nothing to draw: the group has no leads or no samples');
  const { rows: rowCount, columns, names, rhythm } = planOf(group, wanted);
  const frequency = group.samplingFrequency;
  const start = Math.min(Math.max(0, Math.round(wanted.firstSecond * frequency)), total - 1);
  const columnMm = TRACE_WIDTH / columns;
  const perColumn = Math.min(Math.trunc((columnMm / wanted.speedMmPerS) * frequency), Math.floor((total - start) / columns));
  const whole = Math.min(Math.trunc((TRACE_WIDTH / wanted.speedMmPerS) * frequency), total - start);
  const rows = new Rows(rowCount + rhythm.length, wanted, frequency);
  const lead = (name: string): Lead => {
    const found = group.leads.find((each) => each.name === name.replace(/^-/, ''));
    if (found === undefined) throw new RangeError(`no lead ${name}`);
    return found;
  };
  const columnsShown = names.map((label, index): Shown => {
    const column = Math.floor(index / rowCount);
    return { lead: lead(label), label, first: start + column * perColumn, count: perColumn, x: column * columnMm, row: index % rowCount };
  });
  const strips = rhythm.map((label, index): Shown => ({ lead: lead(label), label, first: start, count: whole, x: 0, row: rowCount + index }));
  const shown = [...columnsShown, ...strips];
  rows.makeRoom(shown);
  const traces = shown.map((one) => rows.trace(one));
  const ticks = Array.from({ length: columns - 1 }, (_, column) =>
    Array.from({ length: rowCount }, (__, row) => ({ x: GRID.left + PULSE_ROOM + (column + 1) * columnMm, y: rows.baseline(row) })),
  ).flat();
  return { traces, pulses: rows.pulses(), ticks, mmPerSample: rows.mmPerSample, mmPerUv: rows.mmPerUv };
}
