import { describe, expect, it } from 'vitest';
import { reading, words } from './calipers';
import { Columns, FINE } from './columns';
import { layOut } from './layout';
import { STANDARD, type Group } from './types';

const VIEW = { pxPerMm: 4, left: 0, top: 0 };

function stacked(samples: readonly number[]): Group {
  return { samplingFrequency: 500, leads: [{ name: 'II', samples: Float32Array.from(samples) }] };
}

function drawn(samples: readonly number[]): Columns {
  const group = stacked(samples);
  const sheet = layOut(group, { ...STANDARD, format: 'stacked' });
  const columns = new Columns(1200);
  columns.clear();
  for (const trace of sheet.traces) columns.trace(trace, sheet, VIEW);
  return columns;
}

const height = (columns: Columns): number => Math.max(...columns.bottom.filter((y) => y > -Infinity)) - Math.min(...columns.top);
const inked = (columns: Columns): number => columns.top.filter((y) => y < Infinity).length;

describe('columns', () => {
  it('keep the extent of a single sample, however narrow its column', () => {
    const samples = Array.from({ length: 5000 }, (_, index) => (index === 2000 ? 1000 : 0));
    expect(height(drawn(samples))).toBeCloseTo(40, 3);
  });

  it('leave a gap where nothing was measured', () => {
    const whole = Array.from({ length: 5000 }, () => 0);
    const broken = whole.map((value, index) => (index >= 1000 && index < 2000 ? NaN : value));
    const missing = inked(drawn(whole)) - inked(drawn(broken));
    expect(Math.abs(missing - 50 * VIEW.pxPerMm * FINE)).toBeLessThanOrEqual(2);
  });

  it('connect samples that are further apart than a column', () => {
    const columns = new Columns(10);
    columns.clear();
    columns.line(2, 0, 8, 60);
    expect(Array.from(columns.top.subarray(2, 8))).toEqual([0, 10, 20, 30, 40, 50]);
    expect(Array.from(columns.bottom.subarray(2, 8))).toEqual([10, 20, 30, 40, 50, 60]);
  });
});

describe('calipers', () => {
  const sheet = layOut(stacked([0, 0, 0]), STANDARD);

  it('measure time, rate and amplitude, the later point first or last', () => {
    const there = reading({ from: [100, 80], to: [180, 40] }, sheet, VIEW, 500);
    expect(there.milliseconds).toBeCloseTo(800);
    expect(there.perMinute).toBeCloseTo(75);
    expect(there.millivolts).toBeCloseTo(1);
    expect(reading({ from: [180, 40], to: [100, 80] }, sheet, VIEW, 500).milliseconds).toBeCloseTo(800);
  });

  it('name no rate at one point in time', () => {
    const still = reading({ from: [100, 80], to: [100, 100] }, sheet, VIEW, 500);
    expect(still.perMinute).toBeNull();
    expect(words(still)).toBe('0 ms · −0.50 mV');
  });
});

describe('layout', () => {
  it('refuses a group without samples', () => {
    expect(() => layOut({ samplingFrequency: 500, leads: [] }, STANDARD)).toThrow('nothing to draw');
  });
});
