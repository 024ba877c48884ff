import { describe, expect, it } from 'vitest';

import type { Duty } from '../api/roster';
import { byDay, hours, mondayOf, stretch, weekOf } from './week';

const duty = (begins: string, ends: string): Duty => ({ id: begins, specialty: 'radiology', begins, ends, contacts: [] });

describe('the week of the roster', () => {
  it('begins on Monday by the county’s clock', () => {
    expect(mondayOf(Date.parse('2026-11-22T15:59:00Z'))).toBe('2026-11-16');
    expect(mondayOf(Date.parse('2026-11-22T16:00:00Z'))).toBe('2026-11-23');
    expect(weekOf('2026-11-30').at(-1)).toBe('2026-12-06');
  });

  it('takes an end that is not after the beginning for the next day’s', () => {
    expect(stretch('2026-11-30', '08:00', '17:30')).toEqual({ begins: '2026-11-30T08:00:00+08:00', ends: '2026-11-30T17:30:00+08:00' });
    expect(stretch('2026-11-30', '17:30', '08:00').ends).toBe('2026-12-01T08:00:00+08:00');
    expect(stretch('2026-12-31', '08:00', '08:00').ends).toBe('2027-01-01T08:00:00+08:00');
  });

  it('writes the hours and says when they end on the next day', () => {
    expect(hours(duty('2026-11-23T09:30:00Z', '2026-11-24T00:00:00Z'), '次日')).toBe('17:30–08:00 次日');
    expect(hours(duty('2026-11-23T00:00:00Z', '2026-11-23T09:30:00Z'), '次日')).toBe('08:00–17:30');
  });

  it('shows a duty on the day it begins, and what began last Sunday on Monday', () => {
    const over = duty('2026-11-22T09:30:00Z', '2026-11-23T00:00:00Z');
    const night = duty('2026-11-24T09:30:00Z', '2026-11-25T00:00:00Z');
    const columns = byDay([over, night], weekOf('2026-11-23'));
    expect(columns.map((column) => column.length)).toEqual([1, 1, 0, 0, 0, 0, 0]);
  });
});
