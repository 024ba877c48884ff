import './recognition.css';

import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { useMemo, useState } from 'react';
import { useNavigate, useParams } from 'react-router';

import type { Items } from '../api/items';
import { type OfferRow, type OfferState, orderDoor, recognition } from '../api/recognition';
import { useRefetchInterval } from '../app/live';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { Mark, type Tone } from '../design/Marks';
import { Loading, Nothing, Trouble } from '../design/states';
import { step } from '../design/Table';
import { useKeys } from '../design/useKeys';
import { may, useSession } from '../session/context';
import { NoticeCards } from './NoticeCards';
import { OfferPanel } from './OfferPanel';

type View = 'open' | 'decided' | 'all';

const TONE: Readonly<Record<OfferState, Tone>> = { open: 'warn', recognised: 'good', repeated: 'busy', void: 'plain' };

const rowKey = (row: OfferRow): string => row.order_id;

/** The unit's offers: what waits for a decision beside the decision itself; on a phone one after the other. */
export default function RecognitionPage() {
  const { orderId } = useParams();
  const navigate = useNavigate();
  const { person } = useSession();
  const [view, setView] = useState<View>('open');
  const refetchInterval = useRefetchInterval();
  const list = useQuery({
    queryKey: ['recognition', 'offers', view],
    queryFn: () => recognition.offers(view),
    refetchInterval,
    placeholderData: keepPreviousData,
  });
  const rows = list.data?.items ?? [];
  const open = (id: string | null): void => void (id !== null && navigate(`/recognition/${id}`));
  useKeys({
    down: () => open(step(rows, rowKey, orderId ?? null, 1)),
    up: () => open(step(rows, rowKey, orderId ?? null, -1)),
  });
  const clinician = may(person, 'clinician');
  return (
    <section className={orderId === undefined ? 'lz-inbox' : 'lz-inbox lz-inbox-open'} aria-labelledby="recognition-title">
      <div className="lz-inbox-list">
        <h1 id="recognition-title" className="lz-hidden">
          {t('recognition.title')}
        </h1>
        <div className="lz-bar">
          <Segmented<View>
            value={view}
            onChange={setView}
            aria-label={t('recognition.title')}
            options={[
              { value: 'open', label: `${t('recognition.state.open')} ${list.data?.open ?? ''}` },
              { value: 'decided', label: t('recognition.decided') },
              { value: 'all', label: t('recognition.all') },
            ]}
          />
        </div>
        {clinician && <NoticeCards />}
        <Empty list={list} view={view} />
        <ul>
          {rows.map((row) => (
            <li key={row.id}>
              <OfferItem row={row} current={row.order_id === orderId} onOpen={() => open(row.order_id)} />
            </li>
          ))}
        </ul>
      </div>
      <div className="lz-inbox-report">
        {orderId === undefined ? <Nothing title="recognition.pick" /> : <Chosen key={orderId} orderId={orderId} mayDecide={clinician} />}
      </div>
    </section>
  );
}

function Empty({ list, view }: { readonly list: UseQueryResult<Items<OfferRow>>; readonly view: View }) {
  return (
    <>
      {list.error !== null && <Trouble reason={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Loading rows={6} />}
      {list.data?.items.length === 0 && <Nothing title={view === 'open' ? 'recognition.none' : 'recognition.noneAll'} body="recognition.noneBody" />}
    </>
  );
}

function Chosen({ orderId, mayDecide }: { readonly orderId: string; readonly mayDecide: boolean }) {
  const navigate = useNavigate();
  const door = useMemo(() => orderDoor(orderId), [orderId]);
  return (
    <div className="lz-report">
      <Button className="lz-inbox-back" onClick={() => void navigate('/recognition')}>
        ← {t('action.back')}
      </Button>
      <OfferPanel door={door} mayDecide={mayDecide} />
    </div>
  );
}

function OfferItem({ row, current, onOpen }: { readonly row: OfferRow; readonly current: boolean; readonly onOpen: () => void }) {
  return (
    <button type="button" className={row.state === 'open' ? 'lz-letter lz-letter-unread' : 'lz-letter'} aria-current={current} onClick={onOpen}>
      <span className="lz-letter-top">
        <span className="lz-patient">
          <b>{row.patient}</b>
        </span>
        <Mark tone={TONE[row.state]}>{t(`recognition.state.${row.state}`)}</Mark>
        {row.emergency && <Mark tone="bad">{t('priority.HIGH')}</Mark>}
        <time dateTime={row.offered_at}>{moment(row.offered_at)}</time>
      </span>
      <span className="lz-letter-impression">{row.item_name}</span>
      <span className="lz-letter-foot">
        <span className="lz-number">{row.accession_number}</span> · {t('recognition.candidates', { n: row.candidates })}
        {row.decided_by !== null && row.decided_by !== '' && ` · ${row.decided_by} ${moment(row.decided_at)}`}
      </span>
    </button>
  );
}
