import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';

import { hospital, type Sender } from '../api/hospital';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { List } from '../design/List';
import type { Column } from '../design/Table';
import { useChange } from '../design/useChange';
import { AdmitDialog } from './AdmitDialog';
import { useUnits } from './useUnits';

const columns = (unit: (id: string) => string, remove: (row: Sender) => void): readonly Column<Sender>[] => [
  { id: 'address', title: t('hospital.address'), bare: true, cell: (row) => <b className="lz-number">{row.address}</b> },
  { id: 'unit', title: t('hospital.unit'), cell: (row) => unit(row.unit_id) },
  { id: 'by', title: t('hospital.admittedBy'), cell: (row) => `${row.admitted_name} · ${moment(row.admitted_at)}` },
  {
    id: 'remove',
    title: '',
    width: '8em',
    bare: true,
    cell: (row) => (
      <Button size="small" onClick={() => remove(row)}>
        {t('hospital.remove')}
      </Button>
    ),
  },
];

/** Who may send HL7, for which unit. */
export function SendersList() {
  const [admitting, setAdmitting] = useState(false);
  const units = useUnits();
  const query = useQuery({ queryKey: ['senders'], queryFn: hospital.senders });
  const change = useChange('senders');
  const remove = (row: Sender): void => void change(hospital.remove(row), t('hospital.removed'));
  return (
    <>
      <h2 className="lz-senders">{t('hospital.senders')}</h2>
      <List title="hospital.senders" query={query} columns={columns(units.name, remove)} rowKey={(row) => `${row.address} ${row.unit_id}`} empty="hospital.noSenders">
        <p className="lz-hint">{t('hospital.sendersHint')}</p>
        <span className="lz-bar-gap" />
        <Button onClick={() => setAdmitting(true)}>{t('hospital.admit')}</Button>
      </List>
      <AdmitDialog open={admitting} onClose={() => setAdmitting(false)} />
    </>
  );
}
