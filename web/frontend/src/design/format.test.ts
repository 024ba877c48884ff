import { describe, expect, it } from 'vitest';

import { age, ageAt, clockTime, deadlineText, deadlineTone, moment, personName, span } from './format';
import { messages } from './i18n/messages';

describe('format', () => {
  it('shows UTC moments in the county’s time', () => {
    expect(clockTime('2026-11-22T02:32:00Z')).toBe('10:32');
    const now = Date.parse('2026-11-22T03:00:00Z');
    expect(moment('2026-11-21T17:30:00Z', now)).toBe('01:30');
    expect(moment('2026-11-20T02:00:00Z', now)).toBe('11-20 10:00');
    expect(moment('2025-01-02T02:00:00Z', now)).toBe('2025-01-02 10:00');
    expect(moment(null)).toBe('–');
  });

  it('says how long is left and how long it is overdue', () => {
    const now = Date.parse('2026-11-22T03:00:00Z');
    expect(deadlineText('2026-11-22T03:25:00Z', now)).toBe('剩 25 分钟');
    expect(deadlineText('2026-11-22T01:55:00Z', now)).toBe('超时 1 小时 5 分');
    expect(['2026-11-22T03:25:00Z', '2026-11-22T03:09:00Z', '2026-11-22T02:59:59Z', null].map((at) => deadlineTone(at, now))).toEqual(['calm', 'soon', 'over', 'none']);
    expect(span(3 * 24 * 3600e3)).toBe('3 天');
  });

  it('reads ages and names as DICOM writes them', () => {
    expect([age('045Y'), age('006M'), age('002W'), age(7), age('61'), age(null)]).toEqual(['45 岁', '6 月', '14 天', '7 岁', '61 岁', '']);
    const now = Date.parse('2026-11-22T03:00:00Z');
    expect(['1950-11-22', '19501123', '2026-01-23', '20261101', ''].map((born) => ageAt(born, now))).toEqual(['76Y', '75Y', '9M', '21D', null]);
    expect(personName('Wang^XiaoDong=王^小东')).toBe('王小东');
    expect(personName('Zhang San')).toBe('Zhang San');
    expect(personName('DOE^JANE')).toBe('DOE JANE');
  });
});

const holes = (text: string): string => [...new Set(text.match(/\{\w+\}/gu))].toSorted().join(' ');

describe('messages', () => {
  it('have the same placeholders in both languages', () => {
    for (const [key, [zh, en]] of Object.entries(messages)) expect([key, holes(en)]).toEqual([key, holes(zh)]);
  });
});
