import './patients.css';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';

import { type HeaderRow, type LinkRow, patients, type PatientRow, type PersonAnswer } from '../api/patients';
import { useRefetchInterval } from '../app/live';
import { PersonResults } from '../clinic/Earlier';
import { moment, personName } from '../design/format';
import { t } from '../design/i18n';
import { Mark } from '../design/Marks';
import { ReasonDialog } from '../design/ReasonDialog';
import { Loading, Trouble } from '../design/states';
import { type Column, Table } from '../design/Table';
import { CorrectPatient } from './CorrectPatient';
import { Header } from './Header';
import { LinkDialog } from './LinkDialog';

type OrderOf = PersonAnswer['orders'][number];
type StudyOf = PersonAnswer['studies'][number];

const issuerOf = (headers: readonly HeaderRow[], uid: string): string => headers.find(({ id }) => id === uid)?.issuer_name ?? '';

const orderColumns = (headers: readonly HeaderRow[]): readonly Column<OrderOf>[] => [
  { id: 'accession', title: t('orders.accession'), cell: (row) => <b className="lz-number">{row.accession_number}</b> },
  { id: 'item', title: t('orders.item'), bare: true, cell: (row) => row.item_name },
  { id: 'issuer', title: t('patients.issuer'), cell: (row) => issuerOf(headers, row.patient_uid) },
  { id: 'at', title: t('orders.requestedAt'), cell: (row) => moment(row.requested_at) },
  { id: 'state', title: t('column.state'), bare: true, cell: (row) => <Mark>{t(`orders.status.${row.status}`)}</Mark> },
];

const studyColumns = (headers: readonly HeaderRow[]): readonly Column<StudyOf>[] => [
  { id: 'at', title: t('patients.received'), cell: (row) => moment(row.received_at) },
  { id: 'what', title: t('orders.item'), bare: true, cell: (row) => `${row.modality} ${row.description}` },
  { id: 'accession', title: t('orders.accession'), cell: (row) => <span className="lz-number">{row.accession_number || '–'}</span> },
  { id: 'issuer', title: t('patients.issuer'), cell: (row) => issuerOf(headers, row.patient_uid) },
  { id: 'images', title: t('patients.studies'), cell: (row) => t('patients.images', { n: row.instances }) },
];

function Links({ person, onUndo }: { readonly person: PersonAnswer; readonly onUndo: (link: LinkRow) => void }) {
  if (person.links.length === 0) return <p className="lz-hint">{t('patients.noLinks')}</p>;
  return (
    <ul className="lz-links">
      {person.links.map((link) => (
        <li key={link.id}>
          <b>
            {issuerOf(person.headers, link.one)} ↔ {issuerOf(person.headers, link.other)}
          </b>
          <span>{t(`patients.basis.${link.basis}`, { name: link.made_name, note: link.note })}</span>
          <span className="lz-hint">{moment(link.made_at)}</span>
          {person.may_link && (
            <Button size="small" onClick={() => onUndo(link)}>
              {t('patients.unlink')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Somebody over all registrations that are linked, each under its issuer: nothing is merged. */
export default function PersonPage() {
  const { uid = '' } = useParams();
  const cache = useQueryClient();
  const { message } = App.useApp();
  const refetchInterval = useRefetchInterval();
  const [linking, setLinking] = useState(false);
  const [undoing, setUndoing] = useState<LinkRow | null>(null);
  const [correcting, setCorrecting] = useState<PatientRow | null>(null);
  const person = useQuery({ queryKey: ['person', uid], queryFn: () => patients.person(uid), refetchInterval });
  if (person.isPending) return <Loading />;
  if (person.error !== null) return <Trouble reason={person.error} onRetry={() => void person.refetch()} />;
  const { headers, orders, studies, may_link: mayLink } = person.data;
  const [first] = headers;
  if (first === undefined) return null;
  const done = (said: string): void => {
    setLinking(false);
    setUndoing(null);
    setCorrecting(null);
    void message.success(said);
    void cache.invalidateQueries({ queryKey: ['person'] });
    void cache.invalidateQueries({ queryKey: ['patients'] });
  };
  const undo = async (note: string): Promise<void> => {
    if (undoing === null) return;
    await patients.unlink(undoing.id, note);
    done(t('patients.unlinked'));
  };
  return (
    <section className="lz-page" aria-labelledby="person-title">
      <div className="lz-bar">
        <Link to="/patients">{t('action.back')}</Link>
        <h1 id="person-title">{personName(first.name)}</h1>
        {headers.length > 1 && <span className="lz-hint">{t('patients.same', { n: headers.length })}</span>}
        <span className="lz-bar-gap" />
        {mayLink && <Button onClick={() => setLinking(true)}>{t('patients.link')}</Button>}
      </div>
      <div className="lz-headers">
        {headers.map((row) => (
          <Header key={row.id} row={row} onCorrect={setCorrecting} />
        ))}
      </div>
      <PersonResults uid={uid} />
      <h2>{t('patients.links')}</h2>
      <Links person={person.data} onUndo={setUndoing} />
      <h2>{t('patients.orders')}</h2>
      {orders.length === 0 ? (
        <p className="lz-hint">{t('patients.noOrders')}</p>
      ) : (
        <Table label={t('patients.orders')} columns={orderColumns(headers)} rows={orders} rowKey={(row) => row.id} />
      )}
      <h2>{t('patients.studies')}</h2>
      {studies.length === 0 ? (
        <p className="lz-hint">{t('patients.noStudies')}</p>
      ) : (
        <Table label={t('patients.studies')} columns={studyColumns(headers)} rows={studies} rowKey={(row) => row.study_instance_uid} />
      )}
      <LinkDialog row={first} taken={headers.map(({ id }) => id)} open={linking} onDone={() => done(t('patients.linked'))} onClose={() => setLinking(false)} />
      <ReasonDialog open={undoing !== null} title={t('patients.unlink')} placeholder={t('patients.unlinkHint')} onGo={undo} onClose={() => setUndoing(null)} />
      <CorrectPatient patient={correcting} onDone={() => done(t('registration.corrected'))} onClose={() => setCorrecting(null)} />
    </section>
  );
}
