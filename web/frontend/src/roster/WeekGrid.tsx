import { Button } from 'antd';
import type { KeyboardEvent } from 'react';

import type { Duty } from '../api/roster';
import { clockTime, date } from '../design/format';
import { t } from '../design/i18n';
import { byDay, hours } from './week';

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const buttonsOf = (column: Element | undefined): HTMLButtonElement[] => [...(column?.querySelectorAll('button') ?? [])];

/** The next column in a direction that has something to go to; the same one when there is none. */
function columnFrom(columns: readonly Element[], from: number, by: number): number {
  if (by === 0) return from;
  const ahead = by > 0 ? columns.slice(from + 1) : columns.slice(0, from).toReversed();
  const steps = ahead.findIndex((column) => buttonsOf(column).length > 0);
  return steps === -1 ? from : from + by * (steps + 1);
}

/** The arrow keys go from duty to duty: along a day, and across the days. */
function move(event: KeyboardEvent<HTMLElement>): void {
  const by = MOVES[event.key];
  const here = event.currentTarget.closest('section');
  if (by === undefined || here === null) return;
  const columns = [...(here.parentElement?.children ?? [])];
  const row = buttonsOf(here).findIndex((one) => one === event.currentTarget) + by[1];
  const buttons = buttonsOf(columns[columnFrom(columns, columns.indexOf(here), by[0])]);
  buttons[Math.max(0, Math.min(row, buttons.length - 1))]?.focus();
  event.preventDefault();
}

export function WeekGrid({ days, duties, now, onOpen, onAdd }: {
  readonly days: readonly string[];
  readonly duties: readonly Duty[];
  readonly now: number;
  readonly onOpen?: (duty: Duty) => void;
  readonly onAdd?: (day: string) => void;
}) {
  const columns = byDay(duties, days);
  return (
    <div className="lz-week" role="group" aria-label={t('roster.week')}>
      {days.map((day, place) => (
        <section key={day} aria-label={day} className={day === date(now) ? 'lz-week-today' : undefined}>
          <h3>
            {t(`weekday.${WEEKDAYS[place] ?? 'sun'}`)} <small>{day.slice(5)}</small>
          </h3>
          {(columns[place] ?? []).map((duty) => (
            <Card key={duty.id} duty={duty} day={day} current={Date.parse(duty.begins) <= now && now < Date.parse(duty.ends)} onOpen={onOpen} />
          ))}
          {onAdd !== undefined && (
            <Button type="dashed" size="small" block aria-label={t('roster.addOn', { day })} onKeyDown={move} onClick={() => onAdd(day)}>
              +
            </Button>
          )}
        </section>
      ))}
    </div>
  );
}

function Card({ duty, day, current, onOpen }: {
  readonly duty: Duty;
  readonly day: string;
  readonly current: boolean;
  readonly onOpen: ((duty: Duty) => void) | undefined;
}) {
  return (
    <button type="button" className={current ? 'lz-duty lz-duty-now' : 'lz-duty'} onKeyDown={move} onClick={() => onOpen?.(duty)}>
      <span className="lz-number">
        {date(duty.begins) < day ? t('roster.until', { time: clockTime(duty.ends) }) : hours(duty, t('roster.nextDay'))}
      </span>
      {duty.contacts.map((one, place) => (
        <span key={one.person_id} className={place === 0 ? 'lz-duty-first' : undefined}>
          {one.name} <small className="lz-number">{one.phone}</small>
        </span>
      ))}
      {duty.contacts.length === 0 && <span className="lz-hint">{t('roster.nobody')}</span>}
    </button>
  );
}
