import './registration.css';

import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useDeferredValue, useState } from 'react';
import { Link } from 'react-router';

import { type OrderRow, orders } from '../api/orders';
import { useRefetchInterval } from '../app/live';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { List } from '../design/List';
import { Mark, Patient, PriorityMark, type Tone } from '../design/Marks';
import { ReasonDialog } from '../design/ReasonDialog';
import { Search } from '../design/Search';
import type { Column } from '../design/Table';
import { CorrectDialog } from './CorrectDialog';
import { OrderForm } from './OrderForm';

const TONE: Readonly<Record<OrderRow['status'], Tone>> = {
  requested: 'plain',
  received: 'busy',
  reported: 'good',
  cancelled: 'warn',
  recognised: 'good',
};

interface Acts {
  readonly correct: (row: OrderRow) => void;
  readonly cancel: (row: OrderRow) => void;
}

function State({ row, acts }: { readonly row: OrderRow; readonly acts: Acts }) {
  return (
    <span className="lz-line lz-order-state">
      {row.awaits_decision ? (
        <Link to={`/recognition/${row.id}`}>
          <Mark tone="warn">{t('recognition.waits')}</Mark>
        </Link>
      ) : (
        <Mark tone={TONE[row.status]}>{t(`orders.status.${row.status}`)}</Mark>
      )}
      {row.met !== null && <span className="lz-hint">{t(`matching.how.${row.met}`)}</span>}
      {row.status === 'cancelled' ? (
        <span className="lz-hint">{row.cancel_reason}</span>
      ) : (
        <a href={`/orders/${row.id}/slip`} target="_blank" rel="noopener">
          {t('registration.slip')}
        </a>
      )}
      {row.status === 'requested' && (
        <>
          <Button size="small" type="text" onClick={() => acts.correct(row)}>
            {t('registration.correct')}
          </Button>
          <Button size="small" type="text" onClick={() => acts.cancel(row)}>
            {t('action.cancel')}
          </Button>
        </>
      )}
    </span>
  );
}

const columns = (acts: Acts): readonly Column<OrderRow>[] => [
  {
    id: 'accession',
    title: t('orders.accession'),
    width: '10em',
    cell: (row) => <b className="lz-number">{row.accession_number}</b>,
  },
  {
    id: 'patient',
    title: t('column.patient'),
    bare: true,
    cell: (row) => (
      <Link to={`/patients/${row.patient.id}`}>
        <Patient patient={row.patient} withId />
      </Link>
    ),
  },
  {
    id: 'item',
    title: t('orders.item'),
    bare: true,
    cell: (row) => (
      <>
        {row.item_name} <small className="lz-hint">{t(`registration.visit.${row.visit_type}`)}</small>
      </>
    ),
  },
  { id: 'priority', title: t('column.priority'), width: '5em', bare: true, cell: (row) => <PriorityMark priority={row.priority} /> },
  { id: 'at', title: t('orders.requestedAt'), width: '7em', cell: (row) => moment(row.requested_at) },
  { id: 'state', title: t('column.state'), width: '20em', bare: true, cell: (row) => <State row={row} acts={acts} /> },
];

/** Registration: who is examined, what for, how urgent; the accession number goes to the device. */
export default function OrdersPage() {
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const cache = useQueryClient();
  const [cancelling, setCancelling] = useState<OrderRow | null>(null);
  const [correcting, setCorrecting] = useState<OrderRow | null>(null);
  const refetchInterval = useRefetchInterval();
  const list = useQuery({
    queryKey: ['orders', q],
    queryFn: () => orders.list({ q, limit: 100 }),
    refetchInterval,
    placeholderData: keepPreviousData,
  });
  const refresh = (): void => void cache.invalidateQueries({ queryKey: ['orders'] });
  const cancel = async (reason: string): Promise<void> => {
    if (cancelling === null) return;
    await orders.cancel(cancelling.id, reason);
    setCancelling(null);
    refresh();
  };
  return (
    <section className="lz-page lz-two">
      <div className="lz-card">
        <h1>{t('orders.new')}</h1>
        <OrderForm onCreated={refresh} />
      </div>
      <div>
        <div className="lz-bar">
          <h2>{t('orders.recent')}</h2>
          <span className="lz-bar-gap" />
          <Search label={t('worklist.filter')} hint={t('orders.filter')} value={typed} onType={setTyped} />
        </div>
        <List
          title="orders.recent"
          query={list}
          columns={columns({ correct: setCorrecting, cancel: setCancelling })}
          rowKey={(row) => row.id}
          empty={q === '' ? 'orders.empty' : 'orders.none'}
        />
        <ReasonDialog
          open={cancelling !== null}
          title={t('orders.cancel')}
          placeholder={t('orders.cancelReason')}
          onGo={cancel}
          onClose={() => setCancelling(null)}
        />
        <CorrectDialog
          order={correcting}
          onDone={() => {
            setCorrecting(null);
            refresh();
          }}
          onClose={() => setCorrecting(null)}
        />
      </div>
    </section>
  );
}
