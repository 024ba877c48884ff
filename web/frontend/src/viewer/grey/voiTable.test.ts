import { expect, it } from 'vitest';
import { greyOf } from './curve';
import { voiTables } from './voiTable';

const table = (descriptor: readonly number[], entries: readonly number[]) => ({
  '00280103': { Value: [0] },
  '00283010': { Value: [{ '00283002': { Value: descriptor }, '00283003': { Value: ['NORMAL'] }, '00283006': { Value: entries } }] },
});

function inline(entries: readonly number[]): string {
  const bytes = new Uint8Array(Uint16Array.from(entries).buffer);
  return btoa(String.fromCharCode(...bytes));
}

it('reads a table and scales it by its bits', () => {
  const { windows, unreadable } = voiTables(table([3, 100, 12], [0, 2048, 4095]));
  expect(unreadable).toBe(false);
  expect(windows[0]?.explanation).toBe('NORMAL');
  const grey = greyOf(windows[0]?.window ?? { center: 0, width: 1, curve: { kind: 'linear' } });
  expect([100, 101, 102].map((value) => grey(value))).toEqual([0, 2048 / 4095, 1]);
});

it('reads LUT Data as base64 words', () => {
  const instance = table([3, 0, 16], []);
  const item = { '00283002': { Value: [3, 0, 16] }, '00283006': { InlineBinary: inline([0, 300, 65535]) } };
  const { windows } = voiTables({ ...instance, '00283010': { Value: [item] } });
  expect(windows[0]?.window.curve).toEqual({ kind: 'table', entries: [0, 300 / 65535, 1] });
});

it('takes zero entries to mean 65536 (§C.11.1.1.1)', () => {
  const { windows } = voiTables(table([0, 0, 16], Array.from({ length: 65536 }, (_, index) => index)));
  expect(windows[0]?.window.width).toBe(65535);
});

it('reads a first value written as unsigned though the values are signed', () => {
  const { windows } = voiTables({ ...table([3, 65036, 12], [0, 1, 2]), '00280103': { Value: [1] } });
  expect(windows[0]?.window.center).toBe(-499);
});

it('says when a table is too short or impossible, and gives none', () => {
  expect(voiTables(table([5, 0, 12], [0, 1, 2]))).toEqual({ windows: [], unreadable: true });
  expect(voiTables(table([3, 0, 40], [0, 1, 2]))).toEqual({ windows: [], unreadable: true });
  expect(voiTables({})).toEqual({ windows: [], unreadable: false });
});
