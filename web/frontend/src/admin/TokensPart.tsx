import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Modal, Popconfirm, Select } from 'antd';
import { useState } from 'react';

import { admin, type TokenRow } from '../api/admin';
import type { Role } from '../api/session';
import { FirstInput } from '../design/First';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { List } from '../design/List';
import { Mark } from '../design/Marks';
import { needed } from '../design/rules';
import { Trouble } from '../design/states';
import type { Column } from '../design/Table';
import { useChange } from '../design/useChange';
import { type Units, useUnits } from './useUnits';

type NewToken = Pick<TokenRow, 'name' | 'unit_id' | 'roles'>;

const ROLES: readonly Role[] = ['technician', 'clinician', 'radiologist', 'quality-officer', 'administrator'];

const columns = (units: Units, end: (row: TokenRow) => void): readonly Column<TokenRow>[] => [
  { id: 'name', title: t('token.name'), bare: true, cell: (row) => <b>{row.name}</b> },
  { id: 'unit', title: t('column.unit'), cell: (row) => units.name(row.unit_id) },
  { id: 'roles', title: t('person.roles'), cell: (row) => row.roles.map((role) => t(`role.${role}`)).join('、') },
  { id: 'since', title: t('token.since'), cell: (row) => moment(row.created_at) },
  {
    id: 'state',
    title: t('column.state'),
    width: '12em',
    bare: true,
    cell: (row) =>
      row.revoked_at === null ? (
        <span className="lz-line">
          <Mark tone="good">{t('admin.active')}</Mark>
          <Popconfirm title={t('token.endSure', { name: row.name })} onConfirm={() => end(row)}>
            <Button size="small">{t('token.end')}</Button>
          </Popconfirm>
        </span>
      ) : (
        <Mark tone="plain">{t('token.ended', { at: moment(row.revoked_at) })}</Mark>
      ),
  },
];

/** Systems that may ask: each acts for one unit, with a token that is shown once. */
export function TokensPart() {
  const query = useQuery({ queryKey: ['tokens'], queryFn: admin.tokens });
  const units = useUnits();
  const change = useChange('tokens');
  const [adding, setAdding] = useState(false);
  const end = (row: TokenRow): void => void change(admin.endToken(row.id), t('token.wasEnded'));
  return (
    <>
      <List title="token.title" query={query} columns={columns(units, end)} rowKey={(row) => row.id} empty="token.none">
        <Button type="primary" onClick={() => setAdding(true)}>
          {t('token.add')}
        </Button>
      </List>
      <Modal open={adding} title={t('token.add')} footer={null} mask={{ closable: false }} onCancel={() => setAdding(false)} destroyOnHidden>
        <NewTokenForm units={units} onDone={() => setAdding(false)} />
      </Modal>
    </>
  );
}

function NewTokenForm({ units, onDone }: { readonly units: Units; readonly onDone: () => void }) {
  const cache = useQueryClient();
  const [secret, setSecret] = useState('');
  const [trouble, setTrouble] = useState<unknown>(null);
  const save = (fields: NewToken): void =>
    void admin.addToken(fields).then(({ token }) => {
      setSecret(token);
      void cache.invalidateQueries({ queryKey: ['tokens'] });
    }, setTrouble);
  if (secret !== '') {
    return (
      <>
        <Alert type="info" showIcon title={t('token.once')} className="lz-trouble" />
        <p>
          <Input.TextArea readOnly autoSize value={secret} aria-label={t('token.secret')} className="lz-number" />
        </p>
        <Button type="primary" onClick={onDone}>
          {t('factor.kept')}
        </Button>
      </>
    );
  }
  return (
    <Form<NewToken> layout="vertical" requiredMark={false} initialValues={{ roles: ['technician'] }} onFinish={save}>
      <Form.Item name="name" label={t('token.name')} rules={[needed(t('token.name'))]}>
        <FirstInput maxLength={64} autoComplete="off" />
      </Form.Item>
      <Form.Item name="unit_id" label={t('column.unit')} rules={[needed(t('column.unit'))]}>
        <Select options={units.options} />
      </Form.Item>
      <Form.Item name="roles" label={t('person.roles')} rules={[needed(t('person.roles'))]}>
        <Select mode="multiple" options={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))} />
      </Form.Item>
      {trouble !== null && <Trouble reason={trouble} />}
      <Button type="primary" htmlType="submit">
        {t('token.add')}
      </Button>
    </Form>
  );
}
