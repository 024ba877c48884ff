import { useQuery } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { useState } from 'react';

import { access, type Grant } from '../api/access';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { List } from '../design/List';
import { Mark } from '../design/Marks';
import type { Column } from '../design/Table';
import { useChange } from '../design/useChange';

const columns = (judge: (row: Grant, justified: boolean) => void): readonly Column<Grant>[] => [
  { id: 'at', title: t('access.at'), width: '9em', cell: (row) => moment(row.opened_at) },
  { id: 'who', title: t('access.who'), bare: true, cell: (row) => <><b>{row.person}</b> <small>{row.unit}</small></> },
  { id: 'patient', title: t('access.patient'), cell: (row) => <>{row.patient} <small>{row.issuer}</small></> },
  {
    id: 'basis',
    title: t('access.basis'),
    width: '6em',
    cell: (row) => <Mark tone={row.basis === 'break-glass' ? 'warn' : 'plain'}>{t(`access.basis.${row.basis}`)}</Mark>,
  },
  { id: 'reason', title: t('emergency.reason'), cell: (row) => row.reason || '–' },
  {
    id: 'verdict',
    title: t('access.verdict'),
    width: '16em',
    bare: true,
    cell: (row) =>
      row.justified !== null ? (
        <span className="lz-line">
          <Mark tone={row.justified ? 'good' : 'bad'}>{t(row.justified ? 'access.justified' : 'access.unjustified')}</Mark>
          <small>{row.reviewed_by}</small>
        </span>
      ) : row.basis === 'recognition' ? (
        '–'
      ) : (
        <span className="lz-line">
          <Button size="small" onClick={() => judge(row, true)}>
            {t('access.justified')}
          </Button>
          <Button size="small" danger onClick={() => judge(row, false)}>
            {t('access.unjustified')}
          </Button>
        </span>
      ),
  },
];

/** Who broke the glass and why, for the quality officer's and the administrator's verdict. */
export function AccessPart() {
  const [view, setView] = useState<'waiting' | 'all'>('waiting');
  const query = useQuery({ queryKey: ['access', view], queryFn: () => access.review(view === 'waiting') });
  const change = useChange('access');
  const judge = (row: Grant, justified: boolean): void => void change(access.judge(row.id, justified));
  return (
    <List title="admin.access" query={query} columns={columns(judge)} rowKey={(row) => row.id} empty={view === 'waiting' ? 'access.none' : 'admin.empty'}>
      <Segmented<'waiting' | 'all'>
        value={view}
        onChange={setView}
        aria-label={t('admin.access')}
        options={[
          { value: 'waiting', label: t('access.waiting', { n: query.data?.waiting ?? '' }) },
          { value: 'all', label: t('access.all') },
        ]}
      />
    </List>
  );
}
