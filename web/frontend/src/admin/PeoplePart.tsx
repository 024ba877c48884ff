import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';

import { admin, type PersonRow } from '../api/admin';
import { t } from '../design/i18n';
import { Mark } from '../design/Marks';
import type { Column } from '../design/Table';
import { List } from './List';
import { PersonDialog } from './PersonDialog';
import { type Units, useChange, useUnits } from './useAdmin';

const columns = (
  units: Units,
  toggle: (row: PersonRow) => void,
  edit: (row: PersonRow) => void,
): readonly Column<PersonRow>[] => [
  { id: 'name', title: t('person.name'), bare: true, cell: (row) => <b>{row.name}</b> },
  { id: 'account', title: t('person.account'), cell: (row) => <span className="lz-number">{row.account}</span> },
  { id: 'title', title: t('person.title'), cell: (row) => row.title || '–' },
  { id: 'unit', title: t('person.unit'), cell: (row) => units.name(row.unit_id) },
  { id: 'roles', title: t('person.roles'), cell: (row) => row.roles.map((role) => t(`role.${role}`)).join('、') },
  {
    id: 'state',
    title: t('column.state'),
    width: '14em',
    bare: true,
    cell: (row) => (
      <span className="lz-line">
        <Mark tone={row.active ? 'good' : 'plain'}>{t(row.active ? 'admin.active' : 'admin.inactive')}</Mark>
        <Button size="small" onClick={() => edit(row)}>
          {t('action.edit')}
        </Button>
        <Button size="small" onClick={() => toggle(row)}>
          {t(row.active ? 'admin.deactivate' : 'admin.activate')}
        </Button>
      </span>
    ),
  },
];

export function PeoplePart() {
  const query = useQuery({ queryKey: ['people'], queryFn: admin.people });
  const units = useUnits();
  const change = useChange('people');
  const [edited, setEdited] = useState<PersonRow | 'new' | null>(null);
  const toggle = (row: PersonRow): void => void change(admin.changePerson(row.id, { active: !row.active }));
  return (
    <>
      <List title="admin.people" query={query} columns={columns(units, toggle, setEdited)} rowKey={(row) => row.id}>
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
