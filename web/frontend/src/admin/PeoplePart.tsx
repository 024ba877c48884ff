import { useQuery } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useState } from 'react';

import { admin, type PersonRow } from '../api/admin';
import { t } from '../design/i18n';
import { List } from '../design/List';
import type { Column } from '../design/Table';
import { useChange } from '../design/useChange';
import { Activity } from './Activity';
import { PersonDialog } from './PersonDialog';
import { type Units, useUnits } from './useUnits';

const columns = (
  units: Units,
  toggle: (row: PersonRow) => void,
  edit: (row: PersonRow) => void,
  reset: (row: PersonRow) => void,
): readonly Column<PersonRow>[] => [
  { id: 'name', title: t('person.name'), bare: true, cell: (row) => <b>{row.name}</b> },
  { id: 'account', title: t('person.account'), cell: (row) => <span className="lz-number">{row.account}</span> },
  { id: 'title', title: t('person.title'), cell: (row) => row.title || '–' },
  { id: 'unit', title: t('person.unit'), cell: (row) => units.name(row.unit_id) },
  { id: 'roles', title: t('person.roles'), cell: (row) => row.roles.map((role) => t(`role.${role}`)).join('、') },
  {
    id: 'state',
    title: t('column.state'),
    width: '22em',
    bare: true,
    cell: (row) => (
      <Activity active={row.active} onEdit={() => edit(row)} onToggle={() => toggle(row)}>
        {row.second_factor && (
          <Popconfirm
            title={t('factor.reset')}
            description={t('factor.resetSure', { name: row.name })}
            overlayStyle={{ maxWidth: 340 }}
            onConfirm={() => reset(row)}
          >
            <Button size="small">{t('factor.reset')}</Button>
          </Popconfirm>
        )}
      </Activity>
    ),
  },
];

export function PeoplePart() {
  const query = useQuery({ queryKey: ['people'], queryFn: admin.people });
  const units = useUnits();
  const change = useChange('people');
  const [edited, setEdited] = useState<PersonRow | 'new' | null>(null);
  const toggle = (row: PersonRow): void => void change(admin.changePerson(row.id, { active: !row.active }));
  const reset = (row: PersonRow): void => void change(admin.resetFactor(row.id), t('factor.wasReset'));
  return (
    <>
      <List title="admin.people" query={query} columns={columns(units, toggle, setEdited, reset)} rowKey={(row) => row.id}>
        <Button type="primary" onClick={() => setEdited('new')}>
          {t('person.add')}
        </Button>
      </List>
      <PersonDialog
        edited={edited}
        units={units}
        onClose={() => setEdited(null)}
        onSave={(work) => void change(work).then((done) => done && setEdited(null))}
      />
    </>
  );
}
