import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';

import { admin, type Agreement } from '../api/admin';
import { SPECIALTIES } from '../api/roster';
import { date } from '../design/format';
import { t } from '../design/i18n';
import { List } from '../design/List';
import { Mark } from '../design/Marks';
import { needed } from '../design/rules';
import type { Column } from '../design/Table';
import { useChange } from '../design/useChange';
import { useNow } from '../design/useNow';
import { type Units, useUnits } from './useUnits';

const holds = (row: Agreement, today: string): boolean =>
  row.valid_from <= today && (row.valid_until === null || today <= row.valid_until);

const columns = (units: Units, today: string, end: (row: Agreement) => void): readonly Column<Agreement>[] => [
  { id: 'unit', title: t('column.unit'), bare: true, cell: (row) => <b>{units.name(row.unit_id)}</b> },
  { id: 'number', title: t('agreement.number'), cell: (row) => row.number || '–' },
  { id: 'specialties', title: t('agreement.specialties'), cell: (row) => row.specialties.map((one) => t(`specialty.${one}`)).join('、') },
  { id: 'from', title: t('agreement.from'), cell: (row) => row.valid_from },
  { id: 'until', title: t('agreement.until'), cell: (row) => row.valid_until ?? t('agreement.open') },
  {
    id: 'state',
    title: t('column.state'),
    width: '12em',
    bare: true,
    cell: (row) => (
      <span className="lz-line">
        <Mark tone={holds(row, today) ? 'good' : 'plain'}>{t(holds(row, today) ? 'agreement.holds' : 'agreement.over')}</Mark>
        {(row.valid_until === null || row.valid_until > today) && (
          <Button size="small" onClick={() => end(row)}>
            {t('agreement.end')}
          </Button>
        )}
      </span>
    ),
  },
];

/** Units' agreements on remote reports: without one that holds, nobody may sign for a unit. */
export function AgreementsList() {
  const query = useQuery({ queryKey: ['agreements'], queryFn: admin.agreements });
  const units = useUnits();
  const change = useChange('agreements');
  const [ending, setEnding] = useState<Agreement | null>(null);
  const [adding, setAdding] = useState(false);
  const today = date(useNow());
  const done = (work: Promise<unknown>): void =>
    void change(work).then((kept) => {
      if (!kept) return;
      setAdding(false);
      setEnding(null);
    });
  return (
    <>
      <h2 className="lz-part-title">{t('agreement.title')}</h2>
      <List title="agreement.title" query={query} columns={columns(units, today, setEnding)} rowKey={(row) => row.id}>
        <Button onClick={() => setAdding(true)}>{t('agreement.add')}</Button>
      </List>
      <Modal open={adding} title={t('agreement.add')} footer={null} onCancel={() => setAdding(false)} destroyOnHidden>
        <AgreementForm units={units} today={today} onSave={done} />
      </Modal>
      <Modal open={ending !== null} title={t('agreement.end')} footer={null} onCancel={() => setEnding(null)} width={380} destroyOnHidden>
        <Form<{ readonly last: string }>
          layout="vertical"
          requiredMark={false}
          initialValues={{ last: today }}
          onFinish={({ last }) => ending !== null && done(admin.endAgreement(ending.id, last))}
        >
          <Form.Item name="last" label={t('agreement.until')} rules={[needed(t('agreement.until'))]}>
            <Input type="date" />
          </Form.Item>
          <Button type="primary" htmlType="submit">
            {t('action.save')}
          </Button>
        </Form>
      </Modal>
    </>
  );
}

function AgreementForm({ units, today, onSave }: {
  readonly units: Units;
  readonly today: string;
  readonly onSave: (work: Promise<unknown>) => void;
}) {
  type Fields = Omit<Agreement, 'id'>;
  const save = (fields: Fields): void =>
    onSave(admin.addAgreement({ ...fields, number: fields.number ?? '', valid_until: fields.valid_until || null }));
  return (
    <Form<Fields> layout="vertical" requiredMark={false} initialValues={{ valid_from: today, specialties: [...SPECIALTIES] }} onFinish={save}>
      <Form.Item name="unit_id" label={t('column.unit')} rules={[needed(t('column.unit'))]}>
        <Select options={units.options} />
      </Form.Item>
      <Form.Item name="number" label={t('agreement.number')}>
        <Input maxLength={64} autoComplete="off" />
      </Form.Item>
      <Form.Item name="specialties" label={t('agreement.specialties')} rules={[needed(t('agreement.specialties'))]}>
        <Select mode="multiple" options={SPECIALTIES.map((value) => ({ value, label: t(`specialty.${value}`) }))} />
      </Form.Item>
      <div className="lz-form-pair">
        <Form.Item name="valid_from" label={t('agreement.from')} rules={[needed(t('agreement.from'))]}>
          <Input type="date" />
        </Form.Item>
        <Form.Item name="valid_until" label={t('agreement.until')} extra={t('agreement.openHint')}>
          <Input type="date" />
        </Form.Item>
      </div>
      <Button type="primary" htmlType="submit">
        {t('action.save')}
      </Button>
    </Form>
  );
}
