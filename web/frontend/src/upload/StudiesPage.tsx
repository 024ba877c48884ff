import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { useDeferredValue, useState } from 'react';
import { Link } from 'react-router';

import { specialtyOf } from '../api/roster';
import { pdfAddress, studies, type StudyRow } from '../api/studies';
import { useRefetchInterval } from '../app/live';
import { ago, moment } from '../design/format';
import { t } from '../design/i18n';
import { List } from '../design/List';
import { Exam, Mark, Patient, StatusMark } from '../design/Marks';
import { Search } from '../design/Search';
import type { Column } from '../design/Table';
import { useNow } from '../design/useNow';
import { Met } from '../matching/Met';
import { OnDuty } from '../roster/OnDuty';
import { may, useSession } from '../session/context';

function Reading({ row }: { readonly row: StudyRow }) {
  const { report, reading } = row;
  if (report !== null && report.issued_number !== null) {
    return (
      <>
        <StatusMark status={report.status} issued />{' '}
        <Link to={`/reports/${report.id}`}>{t('column.report')}</Link>{' '}
        <a href={pdfAddress(report.id, report.issued_number)} target="_blank" rel="noreferrer">
          PDF
        </a>{' '}
        <small className="lz-hint">{moment(report.issued_at)}</small>
      </>
    );
  }
  if (report !== null) return <Mark tone="busy">{t('report.status.preliminary')}</Mark>;
  if (reading?.state === 'IN PROGRESS') {
    const name = reading.claimed_name ?? '';
    return <Mark tone="busy">{name === '' ? t('studies.readingNobody') : t('studies.reading', { name })}</Mark>;
  }
  return row.state === 'ready' ? <Mark>{t('studies.waiting')}</Mark> : <span>–</span>;
}

function Received({ at }: { readonly at: string }) {
  const now = useNow();
  return <span title={moment(at)}>{ago(at, now)}</span>;
}

const columns = (): readonly Column<StudyRow>[] => [
  { id: 'received', title: t('column.received'), width: '9em', cell: (row) => <Received at={row.received_at} /> },
  { id: 'patient', title: t('column.patient'), bare: true, cell: (row) => <Patient patient={row.patient} withId /> },
  { id: 'exam', title: t('column.exam'), bare: true, cell: (row) => <Exam modality={row.modality}>{row.description}</Exam> },
  {
    id: 'accession',
    title: t('column.accession'),
    cell: (row) => (
      <>
        <span className="lz-number">{row.accession_number}</span> <Met match={row.match} />
      </>
    ),
  },
  {
    id: 'images',
    title: t('column.images'),
    width: '9em',
    cell: (row) => (
      <>
        <span className="lz-number">{row.instances}</span>{' '}
        <Mark tone={row.state === 'ready' ? 'good' : 'busy'}>{t(`studies.${row.state}`)}</Mark>
      </>
    ),
  },
  { id: 'state', title: t('column.report'), width: '15em', bare: true, cell: (row) => <Reading row={row} /> },
];

/** Of the emergencies that no report has answered yet: whom the township can call now. */
function Called({ rows }: { readonly rows: readonly StudyRow[] }) {
  const { person } = useSession();
  const waiting = rows.filter(({ reading, report }) => reading?.priority === 'HIGH' && report === null);
  if (waiting.length === 0 || !may(person, 'technician', 'clinician')) return null;
  return (
    <section>
      <p>{t('studies.emergencies', { n: waiting.length })}</p>
      <OnDuty only={waiting.map(({ modality }) => specialtyOf(modality))} />
    </section>
  );
}

const DAYS = [1, 7, 30] as const;

/** Where every study is on its way: received, complete, being read, issued. */
export default function StudiesPage() {
  const [typed, setTyped] = useState('');
  const [days, setDays] = useState<number>(7);
  const q = useDeferredValue(typed.trim());
  const refetchInterval = useRefetchInterval();
  const list = useQuery({
    queryKey: ['studies', q, days],
    queryFn: () => studies.list({ q, days, limit: 200 }),
    refetchInterval,
    placeholderData: keepPreviousData,
  });
  return (
    <section className="lz-page">
      <div className="lz-bar">
        <h1>{t('studies.title')}</h1>
        <Segmented<number>
          value={days}
          onChange={setDays}
          options={DAYS.map((n) => ({ value: n, label: t('studies.days', { n }) }))}
          aria-label={t('column.received')}
        />
        <span className="lz-bar-gap" />
        <Search label={t('worklist.filter')} value={typed} onType={setTyped} />
      </div>
      <Called rows={list.data?.items ?? []} />
      <List
        title="studies.title"
        query={list}
        columns={columns()}
        rowKey={(row) => row.study_instance_uid}
        empty="studies.empty"
        emptyBody="studies.emptyBody"
      />
    </section>
  );
}
