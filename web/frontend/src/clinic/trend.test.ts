import { describe, expect, it } from 'vitest';

import type { ResultRow } from '../api/results';
import { plotted } from './trend';

const row = (report_id: string, study_at: string, item_name = '胸部正位', status = 'final'): ResultRow => ({
  report_id, number: 1, status, study_instance_uid: report_id, patient_uid: 'p', item_code: 'C', item_name, modality: 'DX',
  body_part: '', unit_id: 'u', unit: '河口', own: true, study_at, issued_at: `${study_at}T08:00:00Z`, impression: '', positive: false,
}); // prettier-ignore

describe('the trend of a person’s results', () => {
  it('is not drawn for a single result, nor for what was withdrawn', () => {
    expect(plotted([row('a', '2026-01-01')], 5)).toBeNull();
    expect(plotted([row('a', '2026-01-01'), row('b', '2026-02-01', '胸部正位', 'entered-in-error')], 5)).toBeNull();
  });

  it('puts the oldest left and the newest right, one line an item', () => {
    const plot = plotted([row('c', '2026-03-02'), row('b', '2026-01-31', '腰椎'), row('a', '2026-01-01')], 5);
    expect(plot?.from).toBe('2026-01-01');
    expect(plot?.until).toBe('2026-03-02');
    expect(plot?.lines.map(({ name, dots }) => [name, ...dots.map(({ row: { report_id }, at }) => [report_id, at])])).toEqual([
      ['胸部正位', ['a', 0], ['c', 1]],
      ['腰椎', ['b', 0.5]],
    ]);
  });

  it('keeps results of one day apart and inside', () => {
    const at = plotted([row('a', '2026-01-01'), row('b', '2026-01-01'), row('c', '2026-01-01')], 5)?.lines[0]?.dots.map((dot) => dot.at) ?? [];
    expect(at.map((one) => Number(one.toFixed(3)))).toEqual([0.88, 0.94, 1]);
  });

  it('draws no more lines than there is room for', () => {
    const many = Array.from({ length: 9 }, (_, place) => row(String(place), `2026-01-0${place + 1}`, `项目${place}`));
    expect(plotted(many, 4)?.lines).toHaveLength(4);
  });
});
