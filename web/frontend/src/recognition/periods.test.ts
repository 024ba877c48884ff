import { describe, expect, it } from 'vitest';

import { between, periods } from './periods';

describe('the ledger’s periods', () => {
  it('go back over the turn of the year, by the county’s calendar', () => {
    // 2026-01-31 16:30 UTC is the first of February in the county.
    const now = Date.parse('2026-01-31T16:30:00Z');
    expect(periods('month', now, 3)).toEqual(['2026-02', '2026-01', '2025-12']);
    expect(periods('quarter', now, 3)).toEqual(['2026-Q1', '2025-Q4', '2025-Q3']);
  });

  it('end with the last moment of their last day', () => {
    expect(between('2026-02-01', '2026-02-28')).toEqual({ since: '2026-02-01T00:00:00+08:00', until: '2026-03-01T00:00:00+08:00' });
    expect(between('2026-10-01', '2026-12-31').until).toBe('2027-01-01T00:00:00+08:00');
  });
});
