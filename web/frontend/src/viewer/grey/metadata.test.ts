import { describe, expect, it } from 'vitest';
import { autoWindow } from './autoWindow';
import { greyOf } from './curve';
import { modalityOf } from './modality';
import { lowIsWhite } from './polarity';
import { presetsOf } from './presets';
import { voiLutFunction } from './voiLutFunction';

const mono = (photometric: string, shape: string) => ({ '00280004': { Value: [photometric] }, '20500020': { Value: [shape] } });

describe('what an image says of its greys', () => {
  it('inverts once for MONOCHROME1, for INVERSE and for both together', () => {
    expect(lowIsWhite(mono('MONOCHROME2', 'IDENTITY'))).toBe(false);
    expect(lowIsWhite(mono('MONOCHROME1', 'IDENTITY'))).toBe(true);
    expect(lowIsWhite(mono('MONOCHROME2', 'INVERSE'))).toBe(true);
    expect(lowIsWhite(mono('MONOCHROME1', 'INVERSE'))).toBe(true);
  });

  it('reads the VOI LUT function by its whole name', () => {
    expect(['SIGMOID', 'LINEAR_EXACT', 'LINEAR', 'S'].map((name) => voiLutFunction({ '00281056': { Value: [name] } }).kind)).toEqual([
      'sigmoid', 'linear-exact', 'linear', 'linear',
    ]);
  });

  it('rescales stored values, or looks them up', () => {
    expect(modalityOf({ '00281053': { Value: [2] }, '00281052': { Value: [-10] } }).apply(7)).toBe(4);
    const item = { '00283002': { Value: [3, 5, 16] }, '00283006': { Value: [100, 50, 75] } };
    const table = modalityOf({ '00283000': { Value: [item] } });
    expect([0, 5, 6, 7, 99].map((value) => table.apply(value))).toEqual([100, 100, 50, 75, 75]);
  });

  it('offers tables before windows, windows before the usual ones, and always one from the pixels', () => {
    const item = { '00283002': { Value: [2, 0, 8] }, '00283003': { Value: ['BONE'] }, '00283006': { Value: [0, 255] } };
    const instance = { '00283010': { Value: [item] }, '00281050': { Value: [40, 300] }, '00281051': { Value: [400, 0] }, '00281055': { Value: ['SOFT'] }, '00080060': { Value: ['CT'] } };
    expect(presetsOf(instance, 'zh').presets.map(({ name }) => name)).toEqual(['BONE', 'SOFT', '肺', '纵隔', '骨', '脑', '腹', '自动']);
    expect(presetsOf({}, 'en').presets).toEqual([{ name: 'Auto', window: undefined }]);
  });

  it('windows by the half and the ninety-nine and a half percentile, padding left out', () => {
    const values = [...Array.from({ length: 1001 }, (_, index) => index), ...Array.from({ length: 500 }, () => -2000)];
    const found = autoWindow(values, (value) => value, -2000);
    const grey = greyOf(found);
    expect(grey(5)).toBe(0);
    expect(grey(995)).toBe(1);
    expect(grey(500)).toBeCloseTo(0.5, 2);
  });

  it('gives a flat image a window of width one', () => {
    expect(autoWindow([7, 7, 7], (value) => value)).toMatchObject({ center: 7.5, width: 1 });
  });
});
