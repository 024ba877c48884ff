import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Radio, Result, Select } from 'antd';
import { useEffect, useRef, useState } from 'react';

import { orders, type OrderRow } from '../api/studies';
import type { Priority } from '../api/worklist';
import { t } from '../design/i18n';
import { FirstInput } from '../design/First';
import { personName } from '../design/format';
import { Trouble } from '../design/states';
import { finds } from '../report/pinyin';
import { readIdCard } from './idCard';

interface Fields {
  readonly name: string;
  readonly patient_id?: string;
  readonly sex: 'M' | 'F' | 'O';
  readonly birth_date?: string;
  readonly id_card?: string;
  readonly phone?: string;
  readonly item_code: string;
  readonly priority: Priority;
  readonly history?: string;
}

const orNull = (value: string | undefined): string | null => (value === undefined || value.trim() === '' ? null : value.trim());

const send = (fields: Fields): Promise<OrderRow> =>
  orders.create({
    patient: {
      name: fields.name.trim(),
      patient_id: fields.patient_id?.trim() ?? '',
      sex: fields.sex,
      birth_date: orNull(fields.birth_date),
      id_card: orNull(fields.id_card)?.toUpperCase() ?? null,
      phone: orNull(fields.phone),
    },
    item_code: fields.item_code,
    priority: fields.priority,
    history: fields.history?.trim() ?? '',
  });

const needed = (field: string) => ({ required: true, whitespace: true, message: t('orders.needed', { field }) });

export function OrderForm({ onCreated }: { readonly onCreated: () => void }) {
  const [form] = Form.useForm<Fields>();
  const [created, setCreated] = useState<OrderRow | null>(null);
  const [trouble, setTrouble] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  const submit = (fields: Fields): void => {
    setBusy(true);
    setTrouble(null);
    send(fields)
      .then((order) => {
        setCreated(order);
        onCreated();
      }, setTrouble)
      .finally(() => setBusy(false));
  };
  const fill = (value: string): void => {
    const facts = readIdCard(value);
    if (facts !== null) form.setFieldsValue({ sex: facts.sex, birth_date: facts.birthDate });
  };
  if (created !== null) {
    return <Created order={created} onAnother={() => setCreated(null)} />;
  }
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ priority: 'MEDIUM' }}
      onFinish={submit}
      className="lz-order-form"
    >
      <Form.Item name="name" label={t('orders.name')} rules={[needed(t('orders.name'))]}>
        <FirstInput maxLength={64} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="id_card"
        label={t('orders.idCard')}
        extra={t('orders.idCardHint')}
        rules={[
          {
            validator: (_rule, value: string | undefined) =>
              orNull(value) === null || readIdCard(value ?? '') !== null
                ? Promise.resolve()
                : Promise.reject(new Error(t('orders.idCardWrong'))),
          },
        ]}
        validateTrigger="onBlur"
      >
        <Input maxLength={18} autoComplete="off" onChange={(event) => fill(event.target.value)} />
      </Form.Item>
      <div className="lz-form-pair">
        <Form.Item name="sex" label={t('orders.sex')} rules={[needed(t('orders.sex'))]}>
          <Radio.Group optionType="button" options={(['M', 'F', 'O'] as const).map((value) => ({ value, label: t(`sex.${value}`) }))} />
        </Form.Item>
        <Form.Item name="birth_date" label={t('orders.birthDate')} rules={[needed(t('orders.birthDate'))]}>
          <Input type="date" min="1900-01-01" />
        </Form.Item>
      </div>
      <Contact />
      <ItemField />
      <Form.Item name="priority" label={t('column.priority')}>
        <Radio.Group
          optionType="button"
          options={(['MEDIUM', 'HIGH', 'LOW'] as const).map((value) => ({ value, label: t(`priority.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="history" label={t('orders.history')}>
        <Input.TextArea rows={3} maxLength={2000} />
      </Form.Item>
      {trouble !== null && <Trouble reason={trouble} />}
      <Button type="primary" htmlType="submit" size="large" loading={busy} block>
        {t('orders.submit')}
      </Button>
    </Form>
  );
}

function Contact() {
  return (
      <div className="lz-form-pair">
        <Form.Item name="patient_id" label={t('orders.patientId')}>
          <Input maxLength={64} autoComplete="off" placeholder={t('orders.patientIdHint')} />
        </Form.Item>
        <Form.Item name="phone" label={t('orders.phone')}>
          <Input maxLength={32} type="tel" autoComplete="off" />
        </Form.Item>
      </div>
  );
}

function ItemField() {
  const items = useQuery({ queryKey: ['items'], queryFn: orders.items, staleTime: 600_000 });
  return (
    <Form.Item name="item_code" label={t('orders.item')} rules={[needed(t('orders.item'))]}>
      <Select
        loading={items.isPending}
        showSearch={{ filterOption: (typed, option) => finds(typed, option?.label ?? '') }}
        placeholder={t('template.search')}
        options={(items.data?.items ?? []).map(({ code, name }) => ({ value: code, label: name }))}
      />
    </Form.Item>
  );
}

function Created({ order, onAnother }: { readonly order: OrderRow; readonly onAnother: () => void }) {
  const another = useRef<HTMLButtonElement>(null);
  useEffect(() => another.current?.focus(), []);
  return (
    <Result
      status="success"
      title={t('orders.done')}
      subTitle={
        <>
          {personName(order.patient.name)} · {order.item_name}
          <span className="lz-accession" aria-label={t('orders.accession')}>
            {order.accession_number}
          </span>
          {t('orders.accessionHint')}
        </>
      }
      extra={
        <Button ref={another} type="primary" onClick={onAnother}>
          {t('orders.another')}
        </Button>
      }
    />
  );
}
