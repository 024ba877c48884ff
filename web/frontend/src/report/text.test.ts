import { describe, expect, it } from 'vitest';

import { finds, initials } from '../design/pinyin';
import { diff, type Piece } from './diff';

const side = (pieces: readonly Piece[], without: Piece['kind']): string =>
  pieces
    .filter((piece) => piece.kind !== without)
    .map((piece) => piece.text)
    .join('');

describe('diff', () => {
  it('shows the changed word only', () => {
    expect(diff('右肺下叶见斑片影。', '左肺下叶见斑片影。').map(({ kind }) => kind)).toEqual(['removed', 'added', 'same']);
  });

  it.each([
    ['', '两肺纹理清晰。'],
    ['两肺纹理清晰。', ''],
    ['两肺纹理清晰，心影不大。', '两肺纹理增多，心影不大，膈面光整。'],
    ['胸廓对称。\n气管居中。', '胸廓对称。\n气管右偏。\n纵隔无增宽。'],
    ['abcabba', 'cbabac'],
  ])('always gives back both texts: %j → %j', (before, after) => {
    const pieces = diff(before, after);
    expect(side(pieces, 'added')).toBe(before);
    expect(side(pieces, 'removed')).toBe(after);
  });

  it('says nothing about equal texts', () => {
    expect(diff('未见异常。', '未见异常。')).toEqual([{ kind: 'same', text: '未见异常。' }]);
    expect(diff('', '')).toEqual([]);
  });
});

describe('pinyin initials', () => {
  it.each([
    ['胸部正位正常', 'xbzwzc'],
    ['肺炎', 'fy'],
    ['气胸', 'qx'],
    ['肋骨骨折', 'lggz'],
    ['腰椎退行性变', 'yztxxb'],
    ['膝关节', 'xgj'],
    ['颅脑', 'ln'],
    ['骨盆', 'gp'],
    ['手腕', 'sw'],
    ['踝关节', 'hgj'],
    ['DR 胸片', 'drxp'],
  ])('%s → %s', (text, letters) => {
    expect(initials(text)).toBe(letters);
  });

  it('finds a template by initials, by text, and everything by nothing', () => {
    expect(finds('FY', '肺炎')).toBe(true);
    expect(finds('炎', '肺炎')).toBe(true);
    expect(finds(' ', '肺炎')).toBe(true);
    expect(finds('qx', '肺炎')).toBe(false);
  });
});
