import './roster.css';

import { useQuery } from '@tanstack/react-query';

import { roster, type Specialty, SPECIALTIES } from '../api/roster';
import { t } from '../design/i18n';
import { Contacts } from './Contacts';
import { hours } from './week';

/** Who is called now for some specialties, or for each of them. */
export function OnDuty({ only }: { readonly only?: readonly Specialty[] }) {
  const query = useQuery({ queryKey: ['roster', 'now'], queryFn: roster.now, refetchInterval: 60_000 });
  if (query.data === undefined) return null;
  return (
    <div className="lz-on-duty" role="region" aria-label={t('roster.now')}>
      {SPECIALTIES.filter((one) => only === undefined || only.includes(one)).map((specialty) => {
        const duty = query.data.items.find((one) => one.specialty === specialty);
        return (
          <section key={specialty}>
            <h3>
              {t('roster.nowOf', { specialty: t(`specialty.${specialty}`) })}
              {duty !== undefined && <small>{hours(duty, t('roster.nextDay'))}</small>}
            </h3>
            {duty === undefined || duty.contacts.length === 0 ? (
              <p className="lz-hint">{t('roster.nobody')}</p>
            ) : (
              <Contacts key={duty.id} duty={duty} />
            )}
          </section>
        );
      })}
    </div>
  );
}
