import { date } from '../design/format';

/** The periods that the ledger sums: 2026-11 and 2026-Q4, by the county's calendar, the newest first. */

export type PeriodKind = 'month' | 'quarter';

const two = (value: number): string => String(value).padStart(2, '0');

export function periods(kind: PeriodKind, now: number, count: number): readonly string[] {
  const [year = 0, month = 1] = date(now).split('-').map(Number);
  const size = kind === 'month' ? 12 : 4;
  const last = year * size + (kind === 'month' ? month - 1 : Math.floor((month - 1) / 3));
  return Array.from({ length: count }, (_, back) => {
    const place = last - back;
    const within = (place % size) + 1;
    return `${Math.floor(place / size)}-${kind === 'month' ? two(within) : `Q${within}`}`;
  });
}

/** The same month or quarter's first moment and the first moment behind it, in the county's time. */
export function between(from: string, until: string): { readonly since: string; readonly until: string } {
  const next = new Date(Date.parse(`${until}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  return { since: `${from}T00:00:00+08:00`, until: `${next}T00:00:00+08:00` };
}
