import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';

import { admin, type SessionRow } from '../api/admin';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { Mark } from '../design/Marks';
import type { Column } from '../design/Table';
import { List } from './List';
import { useChange } from './useAdmin';

const columns = (end: (row: SessionRow) => void): readonly Column<SessionRow>[] => [
  { id: 'person', title: t('person.name'), bare: true, cell: (row) => <b>{row.person}</b> },
  { id: 'account', title: t('person.account'), cell: (row) => <span className="lz-number">{row.account}</span> },
  { id: 'since', title: t('session.since'), cell: (row) => moment(row.created_at) },
  { id: 'seen', title: t('session.seen'), cell: (row) => moment(row.seen_at) },
  { id: 'address', title: t('audit.address'), cell: (row) => <span className="lz-number">{row.address ?? '–'}</span> },
  {
    id: 'end',
    title: '',
    width: '9em',
    bare: true,
    cell: (row) =>
      row.current ? (
        <Mark tone="good">{t('session.current')}</Mark>
      ) : (
        <Button size="small" onClick={() => end(row)}>
          {t('session.revoke')}
        </Button>
      ),
  },
];

/** Who is signed in where; an ended session is out at once. */
export function SessionsPart() {
  const query = useQuery({ queryKey: ['sessions'], queryFn: admin.sessions });
  const change = useChange('sessions');
  const end = (row: SessionRow): void => void change(admin.endSession(row.id), t('session.revoked'));
  return <List title="admin.sessions" query={query} columns={columns(end)} rowKey={(row) => row.id} />;
}
