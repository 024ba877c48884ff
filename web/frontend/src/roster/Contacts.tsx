import { Button } from 'antd';
import { useState } from 'react';

import { type Contact, type Duty, roster } from '../api/roster';
import { t } from '../design/i18n';
import { Trouble } from '../design/states';

const ORDER = ['roster.first', 'roster.second', 'roster.third'] as const;

/** Whom to call, in order; numbers are masked until somebody asks for them, which is recorded. */
export function Contacts({ duty }: { readonly duty: Duty }) {
  const [shown, setShown] = useState<readonly Contact[] | null>(null);
  const [trouble, setTrouble] = useState<unknown>(null);
  const show = (): void => void roster.phones(duty.id).then(({ contacts }) => setShown(contacts), setTrouble);
  const people = shown ?? duty.contacts;
  return (
    <div className="lz-contacts">
      <ol>
        {people.map((one, place) => (
          <li key={one.person_id}>
            <small>{t(ORDER[place] ?? 'roster.third')}</small> <b>{one.name}</b> <span className="lz-hint">{one.title}</span>{' '}
            {shown !== null && one.phone !== '' ? (
              <a className="lz-number" href={`tel:${one.phone.replaceAll(/[^+\d]/gu, '')}`}>
                {one.phone}
              </a>
            ) : (
              <span className="lz-number">{one.phone === '' ? t('roster.noPhone') : one.phone}</span>
            )}
          </li>
        ))}
      </ol>
      {shown === null && people.some(({ phone }) => phone !== '') && (
        <Button size="small" onClick={show}>
          {t('roster.showPhones')}
        </Button>
      )}
      {trouble !== null && <Trouble reason={trouble} />}
    </div>
  );
}
