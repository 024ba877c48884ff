import './hospital.css';

import { useQuery } from '@tanstack/react-query';
import { App, Button, Modal, Segmented } from 'antd';
import { useState } from 'react';

import { hospital, type MessageRow } from '../api/hospital';
import { moment } from '../design/format';
import { getLanguage, t } from '../design/i18n';
import { List } from '../design/List';
import { Mark } from '../design/Marks';
import { ReasonDialog } from '../design/ReasonDialog';
import { Loading, problemText, Trouble } from '../design/states';
import type { Column } from '../design/Table';
import { useChange } from '../design/useChange';
import { AdmitDialog } from './AdmitDialog';
import { SendersList } from './SendersList';

interface Acts {
  readonly show: (row: MessageRow) => void;
  readonly replay: (row: MessageRow) => void;
  readonly settle: (row: MessageRow) => void;
  readonly admit: (row: MessageRow) => void;
}

const reasonOf = (row: MessageRow): string => (getLanguage() === 'zh' ? row.zh : row.en);

function Became({ row }: { readonly row: MessageRow }) {
  if (row.error === '') return <Mark tone="good">{t('hospital.taken')}</Mark>;
  return (
    <>
      {reasonOf(row)}
      {!row.waiting && <small className="lz-hint"> {t('hospital.settled', { name: row.settled_name ?? '', note: row.note ?? '' })}</small>}
    </>
  );
}

const columns = (acts: Acts): readonly Column<MessageRow>[] => [
  {
    id: 'at',
    title: t('hospital.at'),
    width: '8em',
    cell: (row) => (
      <>
        {moment(row.last_at)} {row.times > 1 && <small className="lz-hint">{t('hospital.times', { n: row.times })}</small>}
      </>
    ),
  },
  {
    id: 'from',
    title: t('hospital.from'),
    width: '13em',
    cell: (row) => (
      <>
        <b>{row.sender || '–'}</b> <small className="lz-hint">{row.address}</small>
      </>
    ),
  },
  {
    id: 'what',
    title: t('hospital.what'),
    width: '14em',
    bare: true,
    cell: (row) => (
      <>
        <span className="lz-modality">{row.channel.toUpperCase()}</span> {row.kind} <small className="lz-code">{row.control_id}</small>
      </>
    ),
  },
  { id: 'reason', title: t('hospital.reason'), bare: true, cell: (row) => <Became row={row} /> },
  {
    id: 'acts',
    title: '',
    width: '19em',
    bare: true,
    cell: (row) =>
      row.waiting && (
        <span className="lz-line">
          {row.error === 'sender-not-admitted' && (
            <Button size="small" type="primary" ghost onClick={() => acts.admit(row)}>
              {t('hospital.admit')}
            </Button>
          )}
          <Button size="small" onClick={() => acts.show(row)}>
            {t('hospital.show')}
          </Button>
          <Button size="small" onClick={() => acts.replay(row)}>
            {t('hospital.replay')}
          </Button>
          <Button size="small" type="text" onClick={() => acts.settle(row)}>
            {t('hospital.settle')}
          </Button>
        </span>
      ),
  },
];

/** A message as it came, segment by segment. */
function Original({ row, onClose }: { readonly row: MessageRow | null; readonly onClose: () => void }) {
  const id = row?.id ?? '';
  const found = useQuery({ queryKey: ['message', id], queryFn: () => hospital.message(id), enabled: id !== '', gcTime: 0 });
  return (
    <Modal open={row !== null} title={t('hospital.original')} onCancel={onClose} footer={null} width={860} destroyOnHidden>
      <p className="lz-hint">{t('hospital.originalHint')}</p>
      {row !== null && <p>{reasonOf(row)}</p>}
      {found.isPending && <Loading rows={4} />}
      {found.error !== null && <Trouble reason={found.error} />}
      {found.data !== undefined && <pre className="lz-original">{found.data.text ?? t('hospital.notKept')}</pre>}
    </Modal>
  );
}

/** Hospital systems: what they sent and was refused, kept whole until it is taken or settled; who may send HL7. */
export function HospitalPart() {
  const [everything, setEverything] = useState(false);
  const [showing, setShowing] = useState<MessageRow | null>(null);
  const [settling, setSettling] = useState<MessageRow | null>(null);
  const [admitting, setAdmitting] = useState<MessageRow | null>(null);
  const { message } = App.useApp();
  const query = useQuery({ queryKey: ['messages', everything], queryFn: () => hospital.messages(everything), refetchInterval: 10_000 });
  const change = useChange('messages');
  const replay = (row: MessageRow): void => {
    hospital
      .replay(row.id)
      .then((now) => {
        if (now.waiting) void message.warning(t('hospital.again', { reason: reasonOf(now) }));
        else void message.success(t('hospital.replayed'));
        return query.refetch();
      })
      .catch((reason: unknown) => void message.error(problemText(reason)));
  };
  const settle = async (note: string): Promise<void> => {
    if (settling === null) return;
    await hospital.settle(settling.id, note);
    setSettling(null);
    await change(Promise.resolve(), t('hospital.settledNow'));
  };
  const acts = { show: setShowing, replay, settle: setSettling, admit: setAdmitting };
  return (
    <>
      <List title="hospital.title" query={query} columns={columns(acts)} rowKey={(row) => row.id} empty="hospital.none" emptyBody="hospital.noneBody">
        <Segmented<boolean>
          value={everything}
          onChange={setEverything}
          aria-label={t('hospital.title')}
          options={[
            { value: false, label: t('hospital.waiting') },
            { value: true, label: t('hospital.everything') },
          ]}
        />
      </List>
      <SendersList />
      <Original row={showing} onClose={() => setShowing(null)} />
      <AdmitDialog open={admitting !== null} address={admitting?.address ?? ''} code={admitting?.sender.split('|')[1] ?? ''} onClose={() => setAdmitting(null)} />
      <ReasonDialog
        open={settling !== null}
        title={t('hospital.settleTitle')}
        placeholder={t('hospital.settleHint')}
        onGo={settle}
        onClose={() => setSettling(null)}
      />
    </>
  );
}
