import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

import { patients, type PatientRow } from '../api/patients';
import { age, ageAt, sex } from '../design/format';
import { t } from '../design/i18n';
import { useNow } from '../design/useNow';

const SHOWN = 5;

/** Enough typed to look for somebody: two hanzi, three letters, or a number's first six digits. */
const worth = (typed: string): boolean => /[㐀-鿿]{2}/u.test(typed) || /^[a-z ]{3,}$/iu.test(typed) || /^[\dX]{6,}$/iu.test(typed);

/** Who is registered already under what is being typed, masked; Alt with a digit takes one of them. */
export function Known({ typed, onPick }: { readonly typed: string; readonly onPick: (patient: PatientRow) => void }) {
  const q = typed.trim();
  const now = useNow();
  const known = useQuery({
    queryKey: ['patients', 'known', q],
    queryFn: () => patients.list({ q, limit: SHOWN }),
    enabled: worth(q),
    placeholderData: keepPreviousData,
  });
  const rows = worth(q) ? (known.data?.items ?? []) : [];
  const latest = useRef({ rows, onPick });
  useEffect(() => {
    latest.current = { rows, onPick };
  });
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      const row = event.altKey ? latest.current.rows[Number(/^Digit([1-5])$/u.exec(event.code)?.[1] ?? 0) - 1] : undefined;
      if (row === undefined) return;
      event.preventDefault();
      latest.current.onPick(row);
    };
    globalThis.addEventListener('keydown', hear);
    return () => globalThis.removeEventListener('keydown', hear);
  }, []);
  if (rows.length === 0) return null;
  return (
    <div className="lz-known" role="group" aria-label={t('registration.known')}>
      <span className="lz-hint">{t('registration.known')}</span>
      {rows.map((row, place) => (
        <button key={row.id} type="button" tabIndex={-1} onClick={() => onPick(row)}>
          <kbd>Alt+{place + 1}</kbd>
          <b>{row.name}</b>
          <span>{[sex(row.sex), age(ageAt(row.birth_date, now)), row.patient_id].filter((fact) => fact !== '').join(' · ')}</span>
          <span className="lz-number">{[row.id_card, row.phone].filter((fact) => fact !== null).join(' · ')}</span>
        </button>
      ))}
    </div>
  );
}
