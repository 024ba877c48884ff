import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';

import { admin, type Unit } from '../api/admin';
import { t } from '../design/i18n';
import { List } from '../design/List';
import type { Column } from '../design/Table';
import { useChange } from '../design/useChange';
import { AgreementsList } from './AgreementsList';
import { UnitDialog } from './UnitDialog';
import { kindWords, levelWords } from './unitWords';

const columns = (units: readonly Unit[], edit: (row: Unit) => void): readonly Column<Unit>[] => [
  { id: 'name', title: t('unit.name'), bare: true, cell: (row) => <b>{row.name}</b> },
  { id: 'kind', title: t('unit.kind'), cell: (row) => kindWords(row.kind) },
  { id: 'code', title: t('unit.code'), cell: (row) => <span className="lz-number">{row.code}</span> },
  { id: 'level', title: t('unit.level'), cell: (row) => levelWords(row.level) },
  { id: 'credit_code', title: t('unit.creditCode'), cell: (row) => <span className="lz-number">{row.credit_code ?? '–'}</span> },
  { id: 'parent', title: t('unit.parent'), cell: (row) => units.find(({ id }) => id === row.parent_id)?.name ?? '–' },
  {
    id: 'edit',
    title: '',
    width: '6em',
    bare: true,
    cell: (row) => (
      <Button size="small" onClick={() => edit(row)}>
        {t('action.edit')}
      </Button>
    ),
  },
];

/** The member units, and what each has agreed on. */
export function UnitsPart() {
  const query = useQuery({ queryKey: ['units'], queryFn: admin.units });
  const [edited, setEdited] = useState<Unit | 'new' | null>(null);
  const change = useChange('units');
  const units = query.data?.items ?? [];
  return (
    <>
      <List title="admin.units" query={query} columns={columns(units, setEdited)} rowKey={(row) => row.id}>
        <Button type="primary" onClick={() => setEdited('new')}>
          {t('unit.add')}
        </Button>
      </List>
      <UnitDialog
        edited={edited}
        units={units}
        onClose={() => setEdited(null)}
        onSave={(work) => void change(work).then((done) => done && setEdited(null))}
      />
      <AgreementsList />
    </>
  );
}
