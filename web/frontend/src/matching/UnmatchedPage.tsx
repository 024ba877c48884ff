import './matching.css';

import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Segmented } from 'antd';
import { useState } from 'react';

import type { Items } from '../api/items';
import { matching, type MatchRow } from '../api/matching';
import { useRefetchInterval } from '../app/live';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { List } from '../design/List';
import { Exam, Patient } from '../design/Marks';
import { ReasonDialog } from '../design/ReasonDialog';
import type { Column } from '../design/Table';
import { MatchDialog } from './MatchDialog';
import { Met } from './Met';

const SHOWN = ['waiting', 'everything', 'met'] as const;
type Shown = (typeof SHOWN)[number];

const list = (shown: Shown): Promise<Items<MatchRow>> => (shown === 'met' ? matching.met() : matching.waiting(shown === 'everything'));

const columns = (onCheck: (row: MatchRow) => void, onUndo: (row: MatchRow) => void): readonly Column<MatchRow>[] => [
  { id: 'at', title: t('column.received'), width: '8em', cell: (row) => moment(row.received_at) },
  { id: 'patient', title: t('column.patient'), bare: true, cell: (row) => <Patient patient={row.patient} withId /> },
  { id: 'exam', title: t('column.exam'), bare: true, cell: (row) => <Exam modality={row.modality}>{row.description}</Exam> },
  { id: 'accession', title: t('column.accession'), cell: (row) => <span className="lz-number">{row.accession_number || '–'}</span> },
  { id: 'match', title: t('matching.column'), width: '11em', bare: true, cell: (row) => <Met match={row.match} /> },
  {
    id: 'act',
    title: '',
    width: '8em',
    bare: true,
    cell: (row) =>
      row.order_id === null ? (
        <Button size="small" type="primary" ghost onClick={() => onCheck(row)}>
          {t('matching.do')}
        </Button>
      ) : (
        <Button size="small" onClick={() => onUndo(row)}>
          {t('matching.undo')}
        </Button>
      ),
  },
];

/** Studies whose order is ambiguous or missing wait here for a person; what was matched can be taken back. */
export default function UnmatchedPage() {
  const [shown, setShown] = useState<Shown>('waiting');
  const [checking, setChecking] = useState<MatchRow | null>(null);
  const [undoing, setUndoing] = useState<MatchRow | null>(null);
  const cache = useQueryClient();
  const { message } = App.useApp();
  const refetchInterval = useRefetchInterval();
  const found = useQuery({ queryKey: ['unmatched', shown], queryFn: () => list(shown), refetchInterval, placeholderData: keepPreviousData });
  const done = (said: string): void => {
    setChecking(null);
    setUndoing(null);
    void message.success(said);
    for (const key of ['unmatched', 'studies', 'orders']) void cache.invalidateQueries({ queryKey: [key] });
  };
  const undo = async (reason: string): Promise<void> => {
    if (undoing === null) return;
    await matching.unlink(undoing.study_instance_uid, reason);
    done(t('matching.undone'));
  };
  return (
    <section className="lz-page">
      <div className="lz-bar">
        <h1>{t('matching.title')}</h1>
        <Segmented<Shown>
          value={shown}
          onChange={setShown}
          options={SHOWN.map((one) => ({ value: one, label: t(`matching.${one}`) }))}
          aria-label={t('matching.column')}
        />
      </div>
      <p className="lz-hint">{t('matching.hint')}</p>
      <List
        title="matching.title"
        query={found}
        columns={columns(setChecking, setUndoing)}
        rowKey={(row) => row.study_instance_uid}
        empty={shown === 'met' ? 'matching.metEmpty' : 'matching.empty'}
        emptyBody={shown === 'met' ? undefined : 'matching.emptyBody'}
      />
      <MatchDialog row={checking} onDone={() => done(t('matching.linked'))} onClose={() => setChecking(null)} />
      <ReasonDialog
        open={undoing !== null}
        title={t('matching.undoTitle')}
        placeholder={t('matching.undoHint')}
        onGo={undo}
        onClose={() => setUndoing(null)}
      />
    </section>
  );
}
