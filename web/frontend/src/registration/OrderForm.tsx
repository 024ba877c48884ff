import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Result, Tag } from 'antd';
import { useDeferredValue, useEffect, useRef } from 'react';

import { catalogue } from '../api/catalogue';
import { type OrderRow, orders } from '../api/orders';
import { specialtyOf } from '../api/roster';
import { FirstInput } from '../design/First';
import { personName } from '../design/format';
import { neededWords } from '../design/rules';
import { AtOrdering } from '../recognition/AtOrdering';
import { t } from '../design/i18n';
import { Trouble } from '../design/states';
import { OnDuty } from '../roster/OnDuty';
import { advance } from './advance';
import { CardDialog } from './CardDialog';
import { BirthField, HistoryField, IdCardField, ItemField, PriorityField, SexField, VisitField } from './fields';
import { Known } from './Known';
import { type Fields, useRegistration } from './useRegistration';

export function OrderForm({ onCreated }: { readonly onCreated: () => void }) {
  const { form, created, setCreated, trouble, busy, picked, reading, setReading, ...does } = useRegistration(onCreated);
  const looked = useDeferredValue(does.typed);
  if (created !== null) {
    return <Created order={created} onAnother={() => setCreated(null)} />;
  }
  return (
    <>
      <CardDialog open={reading} onRead={does.fill} onClose={() => setReading(false)} />
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ priority: 'MEDIUM', visit_type: 'outpatient' }}
        onFinish={does.submit}
        onPaste={does.paste}
        onKeyDown={(event) => advance(event, () => form.submit())}
        className="lz-order-form"
      >
        <div className="lz-line lz-order-top">
          <Button size="small" onClick={() => setReading(true)} tabIndex={-1}>
            {t('registration.card')} <kbd>Alt+R</kbd>
          </Button>
          {picked !== null && (
            <Tag closable onClose={does.release} color="blue">
              {t('registration.picked', { id: picked.patient_id })}
            </Tag>
          )}
        </div>
        <Form.Item name="name" label={t('orders.name')} rules={[neededWords(t('orders.name'))]}>
          <FirstInput maxLength={256} autoComplete="off" onChange={(event) => does.type(event.target.value)} />
        </Form.Item>
        <IdCardField onType={does.typeCard} />
        {picked === null && <Known typed={looked} onPick={does.pick} />}
        <PersonFields fixed={picked !== null} />
        <ItemField />
        <VisitField />
        <PriorityField />
        <Called />
        <HistoryField />
        {trouble !== null && <Trouble reason={trouble} />}
        <Button type="primary" htmlType="submit" size="large" loading={busy} block>
          {t('orders.submit')} <kbd>Ctrl+Enter</kbd>
        </Button>
      </Form>
    </>
  );
}

function PersonFields({ fixed }: { readonly fixed: boolean }) {
  return (
    <>
      <div className="lz-form-pair">
        <SexField />
        <BirthField />
      </div>
      <div className="lz-form-pair">
        <Form.Item name="phone" label={t('orders.phone')}>
          <Input maxLength={32} type="tel" autoComplete="off" />
        </Form.Item>
        <Form.Item name="patient_id" label={t('orders.patientId')}>
          <Input maxLength={64} autoComplete="off" placeholder={t('orders.patientIdHint')} disabled={fixed} />
        </Form.Item>
      </div>
    </>
  );
}

/** An emergency is also called in: who answers now. */
function Called() {
  const form = Form.useFormInstance<Fields>();
  const priority = Form.useWatch('priority', form);
  const code = Form.useWatch('item_code', form);
  const items = useQuery({ queryKey: ['items'], queryFn: catalogue.orderable, staleTime: 600_000 });
  if (priority !== 'HIGH') return null;
  const modality = items.data?.items.find((one) => one.code === code)?.modality;
  return <OnDuty only={[specialtyOf(modality)]} />;
}

function Created({ order, onAnother }: { readonly order: OrderRow; readonly onAnother: () => void }) {
  const print = useRef<HTMLButtonElement>(null);
  useEffect(() => print.current?.focus(), []);
  return (
    <>
      {order.priority === 'HIGH' && <OnDuty only={[specialtyOf(order.modality)]} />}
      <AtOrdering orderId={order.id} />
      <Result
        status={order.awaits_decision ? 'warning' : 'success'}
        title={t(order.awaits_decision ? 'orders.doneHeld' : 'orders.done')}
        subTitle={
          <>
            {personName(order.patient.name)} · {order.item_name}
            <img className="lz-barcode" src={orders.barcode(order.id)} alt={t('registration.barcode')} />
            <span className="lz-accession" aria-label={t('orders.accession')}>
              {order.accession_number}
            </span>
            {!order.awaits_decision && t('orders.accessionHint')}
          </>
        }
        extra={[
          <Button key="print" ref={print} type="primary" onClick={() => window.open(`/orders/${order.id}/slip?print`, '_blank', 'noopener')}>
            {t('registration.print')}
          </Button>,
          <Button key="another" onClick={onAnother}>
            {t('orders.another')}
          </Button>,
        ]}
      />
    </>
  );
}
