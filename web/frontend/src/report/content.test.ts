import { describe, expect, it } from 'vitest';

import type { Content } from '../api/worklist';
import { asText, EMPTY, inserted, missing, nextBlank, withTemplate } from './content';

const written: Content = { ...EMPTY, findings: '两肺清晰。', impression: '未见异常。', positive: false };
const template = { id: 't', name: '肺炎', findings: '〔侧别〕肺见斑片影。', impression: '〔侧别〕肺炎。', positive: true, recommendation: '复查' };

describe('a report before it is signed', () => {
  it('says what is missing in the order in which it is written', () => {
    expect(missing(EMPTY)).toBe('read.findingsMissing');
    expect(missing({ ...written, impression: ' ' })).toBe('read.incomplete');
    expect(missing({ ...written, findings: '〔侧别〕肺' })).toBe('read.blankLeft');
    expect(missing({ ...written, positive: null })).toBe('read.positiveMissing');
    expect(missing(written)).toBeNull();
  });
});

describe('templates', () => {
  it('replace, or are appended below what is written, and never turn a positive report negative', () => {
    expect(withTemplate(written, template, false)).toMatchObject({ findings: template.findings, positive: true });
    const both = withTemplate({ ...written, positive: true }, { ...template, positive: false, recommendation: '' }, true);
    expect(both).toMatchObject({ findings: '两肺清晰。\n〔侧别〕肺见斑片影。', positive: true, recommendation: '' });
  });

  it('lead from blank to blank through both fields and around', () => {
    const filled = withTemplate(EMPTY, template, false);
    expect(nextBlank(filled, { field: 'findings', at: 0 })).toEqual({ field: 'findings', start: 0, end: 4 });
    expect(nextBlank(filled, { field: 'findings', at: 4 })).toEqual({ field: 'impression', start: 0, end: 4 });
    expect(nextBlank(filled, { field: 'impression', at: 4 })).toEqual({ field: 'findings', start: 0, end: 4 });
    expect(nextBlank(written, { field: 'findings', at: 0 })).toBeNull();
  });
});

describe('text', () => {
  it('takes a measurement at the cursor and closes an open sentence first', () => {
    expect(inserted('结节。大小待测。', 3, '长度 8 mm')).toEqual({ text: '结节。长度 8 mm大小待测。', cursor: 10 });
    expect(inserted('结节', 2, '长度 8 mm').text).toBe('结节；长度 8 mm');
    expect(inserted('', 0, '长度 8 mm').text).toBe('长度 8 mm');
  });

  it('copies only the fields that say something', () => {
    expect(asText(written, ['检查所见', '诊断意见', '建议'])).toBe('检查所见：\n两肺清晰。\n\n诊断意见：\n未见异常。');
  });
});
