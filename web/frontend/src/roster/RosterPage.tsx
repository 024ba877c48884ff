import './roster.css';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { useState } from 'react';

import { roster, type Specialty, SPECIALTIES } from '../api/roster';
import { t } from '../design/i18n';
import { Loading, Trouble } from '../design/states';
import { useChange } from '../design/useChange';
import { useNow } from '../design/useNow';
import { may, useSession } from '../session/context';
import { DutyDialog, type Edited } from './DutyDialog';
import { ImportRoster } from './ImportRoster';
import { OnDuty } from './OnDuty';
import { daysFrom, mondayOf, weekOf } from './week';
import { WeekGrid } from './WeekGrid';

/** Who is called, this week and any other; an administrator writes it. */
export default function RosterPage() {
  const { person } = useSession();
  const writes = may(person, 'administrator');
  const now = useNow();
  const [monday, setMonday] = useState(() => mondayOf(Date.now()));
  const [specialty, setSpecialty] = useState<Specialty>('radiology');
  const [edited, setEdited] = useState<Edited | null>(null);
  const [importing, setImporting] = useState(false);
  const change = useChange('roster');
  const query = useQuery({
    queryKey: ['roster', monday, specialty],
    queryFn: () => roster.week(monday, specialty),
    placeholderData: keepPreviousData,
  });
  const acts = writes ? { onOpen: setEdited, onAdd: (day: string) => setEdited({ day }) } : {};
  return (
    <section className="lz-page">
      <h1>{t('roster.title')}</h1>
      <OnDuty />
      <div className="lz-bar">
        <Segmented<Specialty>
          value={specialty}
          onChange={setSpecialty}
          options={SPECIALTIES.map((value) => ({ value, label: t(`specialty.${value}`) }))}
        />
        <Button onClick={() => setMonday(daysFrom(monday, -7))}>{t('roster.before')}</Button>
        <Button onClick={() => setMonday(mondayOf(Date.now()))}>{t('roster.thisWeek')}</Button>
        <Button onClick={() => setMonday(daysFrom(monday, 7))}>{t('roster.after')}</Button>
        <span className="lz-number">
          {monday} – {daysFrom(monday, 6)}
        </span>
        <span className="lz-bar-gap" />
        {writes && <Button onClick={() => setImporting(true)}>{t('roster.import')}</Button>}
      </div>
      {query.error !== null && <Trouble reason={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {query.data !== undefined && <WeekGrid days={weekOf(monday)} duties={query.data.items} now={now} {...acts} />}
      <DutyDialog
        edited={edited}
        specialty={specialty}
        onClose={() => setEdited(null)}
        onSave={(work) => void change(work).then((done) => done && setEdited(null))}
      />
      <ImportRoster
        open={importing}
        onClose={() => setImporting(false)}
        onDone={(n) => void change(Promise.resolve(), t('roster.imported', { n })).then(() => setImporting(false))}
      />
    </section>
  );
}
