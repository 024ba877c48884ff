import './slip.css';

import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useParams, useSearchParams } from 'react-router';

import { type Order, orders } from '../api/orders';
import { age, ageAt, date, moment, personName, sex } from '../design/format';
import { t } from '../design/i18n';
import { Loading, Trouble } from '../design/states';
import { useSession } from '../session/context';

/** 110105********002X: a slip lies about in corridors, so it carries no whole identification number. */
const masked = (number: string): string => `${number.slice(0, 6)}${'*'.repeat(Math.max(0, number.length - 10))}${number.slice(-4)}`;

function Fact({ title, children }: { readonly title: string; readonly children: string }) {
  return (
    <div className="lz-slip-fact">
      <dt>{title}</dt>
      <dd>{children === '' ? '–' : children}</dd>
    </div>
  );
}

function Slip({ order, unit, onReady }: { readonly order: Order; readonly unit: string; readonly onReady: () => void }) {
  const { patient } = order;
  return (
    <article className="lz-slip">
      <header>
        <p>{unit}</p>
        <h1>{t('slip.title')}</h1>
        {order.priority === 'HIGH' && <strong className="lz-slip-urgent">{t('priority.HIGH')}</strong>}
      </header>
      <div className="lz-slip-code">
        <img src={orders.barcode(order.id)} alt={t('registration.barcode')} onLoad={onReady} />
        <b>{order.accession_number}</b>
      </div>
      <dl>
        <Fact title={t('orders.name')}>{personName(patient.name)}</Fact>
        <Fact title={t('orders.sex')}>{sex(patient.sex)}</Fact>
        <Fact title={t('slip.age')}>{age(ageAt(patient.birth_date, Date.parse(order.requested_at)))}</Fact>
        <Fact title={t('orders.birthDate')}>{patient.birth_date ?? ''}</Fact>
        <Fact title={t('orders.idCard')}>{patient.id_card === null ? '' : masked(patient.id_card)}</Fact>
        <Fact title={t('orders.phone')}>{patient.phone ?? ''}</Fact>
        <Fact title={t('orders.patientId')}>{patient.patient_id}</Fact>
        <Fact title={t('registration.visit')}>{t(`registration.visit.${order.visit_type}`)}</Fact>
      </dl>
      <section>
        <h2>{t('orders.item')}</h2>
        <p className="lz-slip-item">
          {order.item_name} <small>{order.item_code}</small>
        </p>
        <h2>{t('orders.history')}</h2>
        <p className="lz-slip-history">{order.history === '' ? '–' : order.history}</p>
      </section>
      <footer>
        <span>{t('slip.requested', { time: `${date(order.requested_at)} ${moment(order.requested_at).slice(-5)}` })}</span>
        <span>{t('slip.signature')}</span>
        {order.demo && <span>{t('slip.demo')}</span>}
      </footer>
    </article>
  );
}

/** One A5 page for the patient's hand: who, what for, and the number that the device scans. */
export default function SlipPage() {
  const { id = '' } = useParams();
  const [search] = useSearchParams();
  const { person } = useSession();
  const [printed, setPrinted] = useState(false);
  const order = useQuery({ queryKey: ['orders', 'slip', id], queryFn: () => orders.one(id), staleTime: Number.POSITIVE_INFINITY });
  const ready = (): void => {
    if (printed || !search.has('print')) return;
    setPrinted(true);
    globalThis.print();
  };
  if (order.isPending) return <Loading />;
  if (order.error !== null) return <Trouble reason={order.error} onRetry={() => void order.refetch()} />;
  const unit = order.data.requesting_unit_id === person.unit.id ? person.unit.name : '';
  return (
    <main className="lz-slip-page">
      <div className="lz-slip-bar">
        <Button type="primary" onClick={() => globalThis.print()}>
          {t('registration.print')}
        </Button>
        <span className="lz-hint">{t('slip.paper')}</span>
      </div>
      <Slip order={order.data} unit={unit} onReady={ready} />
    </main>
  );
}
