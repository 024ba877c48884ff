import type { Duty } from '../api/roster';
import { clockTime, date } from '../design/format';

/** Weeks and hours of the roster, in the county's time (UTC+8, no summer time). */

const DAY_MS = 86_400_000;
const OFFSET = '+08:00';

/** The Monday of the week of a moment, as 2026-11-23. */
export function mondayOf(at: number): string {
  const today = Date.parse(`${date(at)}T00:00:00Z`);
  const since = (new Date(today).getUTCDay() + 6) % 7;
  return new Date(today - since * DAY_MS).toISOString().slice(0, 10);
}

export function daysFrom(day: string, by: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + by * DAY_MS).toISOString().slice(0, 10);
}

export const weekOf = (monday: string): readonly string[] => [0, 1, 2, 3, 4, 5, 6].map((by) => daysFrom(monday, by));

/** A day and two clock times as moments; an end that is not after the beginning is the next day's. */
export function stretch(day: string, from: string, to: string): { readonly begins: string; readonly ends: string } {
  const last = to > from ? day : daysFrom(day, 1);
  return { begins: `${day}T${from}:00${OFFSET}`, ends: `${last}T${to}:00${OFFSET}` };
}

/** 17:30–08:00 次日 */
export function hours({ begins, ends }: Pick<Duty, 'begins' | 'ends'>, nextDay: string): string {
  const over = date(begins) === date(ends) ? '' : ` ${nextDay}`;
  return `${clockTime(begins)}–${clockTime(ends)}${over}`;
}

/** The duties that begin on each of these days; one that began before the week stands on its first day. */
export function byDay(duties: readonly Duty[], days: readonly string[]): readonly (readonly Duty[])[] {
  const first = days[0] ?? '';
  return days.map((day) => duties.filter(({ begins }) => (date(begins) < first ? first : date(begins)) === day));
}
