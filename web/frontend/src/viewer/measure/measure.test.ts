import { describe as group, expect, it } from 'vitest';
import type { Spacing } from '../spacing/spacing';
import { describe } from './describe';
import { angleAt, cobbAngle, lengthOf } from './geometry';
import { statisticsOf } from './statistics';

const SQUARE: Spacing = { kind: 'detector', row: 0.2, column: 0.2 };
const TALL: Spacing = { kind: 'patient', row: 0.4, column: 0.2 };

group('geometry', () => {
  it('measures along rows and columns by their own spacing', () => {
    expect(lengthOf([0, 0], [200, 0], TALL)).toBeCloseTo(40, 12);
    expect(lengthOf([0, 0], [0, 200], TALL)).toBeCloseTo(80, 12);
    expect(lengthOf([0, 0], [30, 40], SQUARE)).toBeCloseTo(10, 12);
  });

  it('measures angles in millimetres, not in pixels', () => {
    expect(angleAt([10, 0], [0, 0], [0, 10], SQUARE)).toBeCloseTo(90, 9);
    expect(angleAt([20, 0], [0, 0], [20, 10], TALL)).toBeCloseTo(45, 9);
    expect(angleAt([0, 0], [0, 0], [1, 1], SQUARE)).toBe(0);
  });

  it("takes Cobb's angle whichever way the lines were drawn", () => {
    const lines = [[0, 0], [100, 0], [0, 50], [100, 150]] as const;
    expect(cobbAngle(lines[0], lines[1], lines[2], lines[3], SQUARE)).toBeCloseTo(45, 9);
    expect(cobbAngle(lines[0], lines[1], lines[3], lines[2], SQUARE)).toBeCloseTo(45, 9);
  });
});

group('statistics', () => {
  const pixels = { values: Array.from({ length: 100 }, (_, index) => index), columns: 10, rows: 10, toModality: (value: number) => 2 * value };

  it('covers the pixels whose centre lies inside', () => {
    const found = statisticsOf(pixels, { left: 0.5, right: 2.4, top: 1, bottom: 1.9 }, 'rectangle');
    expect(found).toEqual({ mean: 23, deviation: 1, least: 22, most: 24, count: 2 });
  });

  it('stays on the image, and is nothing beside it', () => {
    expect(statisticsOf(pixels, { left: -5, right: 50, top: -5, bottom: 50 }, 'rectangle')?.count).toBe(100);
    expect(statisticsOf(pixels, { left: 20, right: 30, top: 0, bottom: 5 }, 'rectangle')).toBeUndefined();
  });

  it('leaves out the corners of an ellipse', () => {
    const flat = { ...pixels, values: new Float32Array(100) };
    expect(statisticsOf(flat, { left: 0, right: 8, top: 0, bottom: 8 }, 'ellipse')?.count).toBe(49);
  });
});

group('words', () => {
  const context = { spacing: SQUARE, pixels: undefined, valueUnit: '', language: 'zh' } as const;

  it('makes one line for the report', () => {
    expect(describe('length', [[0, 0], [200, 0]], context)?.sentence).toBe('长度约40.0 mm 探测器平面');
    expect(describe('cobb', [[0, 0], [10, 0], [0, 5], [10, 5]], context)?.sentence).toBe('Cobb角约0.0°');
    expect(describe('length', [[0, 0], [200, 0]], { ...context, language: 'en' })?.sentence).toBe('Length 40.0 mm detector plane');
  });

  it('keeps statistics back until the picture is complete', () => {
    const found = describe('rectangle', [[0, 0], [10, 0], [0, 10], [10, 10]], context);
    expect(found?.lines).toEqual(['面积 4.0 mm² 探测器平面', '影像完整后统计']);
    expect(found?.statistics).toBeUndefined();
  });

  it('says nothing while points are missing', () => {
    expect(describe('angle', [[0, 0], [1, 1]], context)).toBeUndefined();
    expect(describe('length', [[0, 0]], context)).toBeUndefined();
  });
});
