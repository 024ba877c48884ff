import { describe, expect, it } from 'vitest';
import { spacingOf, unitOf } from './spacing';

const film = (more: Record<string, readonly unknown[]>) =>
  Object.fromEntries(Object.entries({ '00080060': ['DX'], ...more }).map(([tag, Value]) => [tag, { Value }]));
const IMAGER = { '00181164': [0.2, 0.1] };

describe('the spacing lengths are computed with (PS3.3 §10.7.1.3)', () => {
  it.each([
    ['only Imager Pixel Spacing: the detector plane', film(IMAGER), { kind: 'detector', row: 0.2, column: 0.1 }],
    ['a stated magnification divides', film({ ...IMAGER, '00181114': [1.25] }), { kind: 'magnified', row: 0.16, column: 0.08 }],
    ['source distances divide', film({ ...IMAGER, '00181110': [1800], '00181111': [1440] }), { kind: 'magnified', row: 0.16, column: 0.08 }],
    ['impossible distances do not', film({ ...IMAGER, '00181110': [1000], '00181111': [1440] }), { kind: 'detector', row: 0.2, column: 0.1 }],
    ['a calibrated Pixel Spacing wins', film({ ...IMAGER, '00280030': [0.2, 0.1], '00280A02': ['GEOMETRY'], '00181114': [1.25] }), { kind: 'magnified', row: 0.2, column: 0.1 }],
    ['a differing Pixel Spacing was calibrated', film({ ...IMAGER, '00280030': [0.15, 0.075] }), { kind: 'magnified', row: 0.15, column: 0.075 }],
    ['a repeated Pixel Spacing was not', film({ ...IMAGER, '00280030': [0.2, 0.1] }), { kind: 'detector', row: 0.2, column: 0.1 }],
    ['nothing: pixels', film({}), { kind: 'pixel', row: 1, column: 1 }],
    ['zero counts as nothing', film({ '00280030': [0, 0] }), { kind: 'pixel', row: 1, column: 1 }],
    ['a cross-section lies in the patient', film({ '00080060': ['MR'], '00280030': [0.7, 0.7] }), { kind: 'patient', row: 0.7, column: 0.7 }],
  ])('%s', (_, instance, expected) => {
    const { kind, row, column } = spacingOf(instance);
    expect(kind).toBe(expected.kind);
    expect(row).toBeCloseTo(expected.row, 12);
    expect(column).toBeCloseTo(expected.column, 12);
  });

  it('names its units in both languages', () => {
    expect(unitOf('detector', 'zh')).toBe('mm 探测器平面');
    expect(unitOf('magnified', 'zh', true)).toBe('mm² 已校正放大');
    expect(unitOf('pixel', 'en', true)).toBe('px²');
  });
});
