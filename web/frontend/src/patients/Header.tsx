import { Button } from 'antd';
import { useState } from 'react';

import { type HeaderRow, patients, type PatientRow } from '../api/patients';
import { age, ageAt, personName, sex } from '../design/format';
import { t } from '../design/i18n';
import { Trouble } from '../design/states';

const dash = (value: string | null): string => (value === null || value === '' ? '–' : value);

const FACTS = [
  ['orders.name', (row: PatientRow) => personName(row.name)],
  ['orders.sex', (row: PatientRow) => sex(row.sex)],
  ['orders.birthDate', (row: PatientRow) => dash(row.birth_date) + (row.birth_date === null ? '' : `（${age(ageAt(row.birth_date, Date.now()))}）`)],
  ['orders.patientId', (row: PatientRow) => row.patient_id],
  ['orders.idCard', (row: PatientRow) => dash(row.id_card)],
  ['orders.phone', (row: PatientRow) => dash(row.phone)],
] as const;

/** One registration with its issuer; masked until somebody asks for it in full. `beside` marks what differs from it. */
export function Header({ row, beside, onCorrect }: {
  readonly row: HeaderRow;
  readonly beside?: HeaderRow | undefined;
  readonly onCorrect?: ((full: PatientRow) => void) | undefined;
}) {
  const [full, setFull] = useState<PatientRow | null>(null);
  const [trouble, setTrouble] = useState<unknown>(null);
  const shown = full ?? row;
  const ask = (then: (one: PatientRow) => void): void => {
    patients.full(row.id).then(then, setTrouble);
  };
  return (
    <article className="lz-header" aria-label={row.issuer_name}>
      <h3>{row.issuer_name}</h3>
      <dl>
        {FACTS.map(([title, fact]) => {
          const differs = beside !== undefined && title !== 'orders.patientId' && fact(row) !== fact(beside);
          return (
            <div key={title} className={differs ? 'lz-header-differs' : undefined}>
              <dt>{t(title)}</dt>
              <dd>
                {fact(shown) || '–'}
                {differs && <small> {t('patients.differs')}</small>}
              </dd>
            </div>
          );
        })}
      </dl>
      <div className="lz-line">
        <Button size="small" title={t('patients.showHint')} onClick={() => (full === null ? ask(setFull) : setFull(null))}>
          {t(full === null ? 'patients.show' : 'patients.hide')}
        </Button>
        {row.own && onCorrect !== undefined && (
          <Button size="small" onClick={() => ask(onCorrect)}>
            {t('patients.correct')}
          </Button>
        )}
      </div>
      {trouble !== null && <Trouble reason={trouble} />}
    </article>
  );
}
