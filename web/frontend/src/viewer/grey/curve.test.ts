import { describe, expect, it } from 'vitest';
import { domainOf, greyOf, type Window } from './curve';

const window = (kind: 'linear' | 'linear-exact' | 'sigmoid', center: number, width: number): Window => ({ center, width, curve: { kind } });

describe('the VOI transformation of PS3.3 §C.11.2', () => {
  it('follows the LINEAR formula at and around its ends', () => {
    const grey = greyOf(window('linear', 2048, 4096));
    expect(grey(0)).toBe(0);
    expect(grey(4095)).toBe(1);
    expect(grey(2047.5)).toBeCloseTo(0.5, 12);
    expect(grey(-5)).toBe(0);
    expect(grey(9999)).toBe(1);
  });

  it('makes LINEAR of width 1 a step at centre − 0.5', () => {
    const grey = greyOf(window('linear', 100, 1));
    expect([grey(99), grey(99.5), grey(99.6), grey(100)]).toEqual([0, 0, 1, 1]);
  });

  it('follows the LINEAR_EXACT formula, which has no half-value offsets', () => {
    const grey = greyOf(window('linear-exact', 100, 50));
    expect([grey(75), grey(100), grey(125), grey(87.5)]).toEqual([0, 0.5, 1, 0.25]);
  });

  it('follows the SIGMOID formula', () => {
    const grey = greyOf(window('sigmoid', 100, 50));
    expect(grey(100)).toBe(0.5);
    expect(grey(125)).toBeCloseTo(1 / (1 + Math.exp(-2)), 12);
    expect(grey(75) + grey(125)).toBeCloseTo(1, 12);
  });

  it('looks a table up entry by entry, its first and last beyond its domain', () => {
    const entries = [0.1, 0.7, 0.2, 0.9];
    const grey = greyOf({ center: 11.5, width: 3, curve: { kind: 'table', entries } });
    expect([9, 10, 11, 12, 13, 14].map((value) => grey(value))).toEqual([0.1, 0.1, 0.7, 0.2, 0.9, 0.9]);
  });

  it('is constant outside the stated domain, whatever the curve', () => {
    for (const each of [window('linear', 7, 11), window('linear-exact', 7, 11), window('sigmoid', 7, 11), window('linear', 3, 1)]) {
      const { from, to } = domainOf(each);
      const grey = greyOf(each);
      expect(grey(from)).toBeLessThan(0.002);
      expect(grey(to)).toBeGreaterThan(0.998);
      expect(from).toBeLessThan(to);
    }
  });
});
