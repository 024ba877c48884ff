import './matching.css';

import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Segmented } from 'antd';
import { useState } from 'react';

import { matching, type MatchRow } from '../api/matching';
import { useRefetchInterval } from '../app/live';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { Exam, Patient } from '../design/Marks';
import { Loading, Nothing, Trouble } from '../design/states';
import { type Column, Table } from '../design/Table';
import { ReasonDialog } from '../report/ReasonDialog';
import { MatchDialog } from './MatchDialog';
import { Met } from './Met';

const SHOWN = ['waiting', 'everything', 'met'] as const;
type Shown = (typeof SHOWN)[number];

const list = async (shown: Shown): Promise<readonly MatchRow[]> =>
  (shown === 'met' ? await matching.met() : await matching.waiting(shown === 'everything')).items;

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
  const rows = found.data ?? [];
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
      {found.error !== null && <Trouble reason={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Loading rows={6} />}
      {found.data !== undefined && rows.length === 0 && (
        shown === 'met' ? <Nothing title="matching.metEmpty" /> : <Nothing title="matching.empty" body="matching.emptyBody" />
      )}
      {rows.length > 0 && (
        <Table label={t('matching.title')} columns={columns(setChecking, setUndoing)} rows={rows} rowKey={(row) => row.study_instance_uid} />
      )}
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
