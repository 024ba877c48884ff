import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';

import { admin, type Unit } from '../api/admin';
import { FirstInput } from '../design/First';
import { t } from '../design/i18n';
import type { Column } from '../design/Table';
import { List } from './List';
import { useChange } from './useAdmin';

const KINDS = ['lead', 'township', 'community'] as const;

const kindWords = (kind: string): string => {
  const known = KINDS.find((one) => one === kind);
  return known === undefined ? kind : t(`unit.kind.${known}`);
};

const LEVELS = ['province', 'prefecture', 'county', 'township', 'village'] as const;

const levelWords = (level: string | null): string => {
  const known = LEVELS.find((one) => one === level);
  return known === undefined ? '–' : t(`unit.level.${known}`);
};

const columns = (units: readonly Unit[]): readonly Column<Unit>[] => [
  { id: 'name', title: t('unit.name'), bare: true, cell: (row) => <b>{row.name}</b> },
  { id: 'kind', title: t('unit.kind'), cell: (row) => kindWords(row.kind) },
  { id: 'code', title: t('unit.code'), cell: (row) => <span className="lz-number">{row.code}</span> },
  { id: 'level', title: t('unit.level'), cell: (row) => levelWords(row.level) },
  { id: 'credit_code', title: t('unit.creditCode'), cell: (row) => <span className="lz-number">{row.credit_code ?? '–'}</span> },
  { id: 'parent', title: t('unit.parent'), cell: (row) => units.find(({ id }) => id === row.parent_id)?.name ?? '–' },
];

export function UnitsPart() {
  const query = useQuery({ queryKey: ['units'], queryFn: admin.units });
  const [open, setOpen] = useState(false);
  const change = useChange('units');
  const units = query.data?.items ?? [];
  const add = (unit: Omit<Unit, 'id'>): void => {
    const work = admin.addUnit({
      ...unit,
      parent_id: unit.parent_id ?? null,
      level: unit.level ?? null,
      credit_code: unit.credit_code || null,
    });
    void change(work).then((done) => done && setOpen(false));
  };
  return (
    <>
      <List title="admin.units" query={query} columns={columns(units)} rowKey={(row) => row.id}>
        <Button type="primary" onClick={() => setOpen(true)}>
          {t('unit.add')}
        </Button>
      </List>
      <Modal open={open} onCancel={() => setOpen(false)} title={t('unit.add')} footer={null} destroyOnHidden>
        <Form<Omit<Unit, 'id'>> layout="vertical" onFinish={add} requiredMark={false}>
          <Form.Item name="name" label={t('unit.name')} rules={[{ required: true, whitespace: true, message: t('orders.needed', { field: t('unit.name') }) }]}>
            <FirstInput maxLength={64} />
          </Form.Item>
          <Form.Item name="kind" label={t('unit.kind')} initialValue="township">
            <Select options={KINDS.map((value) => ({ value, label: kindWords(value) }))} />
          </Form.Item>
          <Form.Item
            name="code"
            label={t('unit.code')}
            extra={t('unit.codeHint')}
            rules={[{ required: true, whitespace: true, message: t('orders.needed', { field: t('unit.code') }) }]}
          >
            <Input maxLength={6} />
          </Form.Item>
          <Form.Item name="level" label={t('unit.level')}>
            <Select allowClear options={LEVELS.map((value) => ({ value, label: levelWords(value) }))} />
          </Form.Item>
          <Form.Item name="credit_code" label={t('unit.creditCode')}>
            <Input maxLength={18} autoComplete="off" />
          </Form.Item>
          <Form.Item name="parent_id" label={t('unit.parent')}>
            <Select allowClear options={units.map(({ id, name }) => ({ value: id, label: name }))} />
          </Form.Item>
          <Button type="primary" htmlType="submit">
            {t('action.save')}
          </Button>
        </Form>
      </Modal>
    </>
  );
}
