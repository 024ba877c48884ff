import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';

import { admin, type SessionRow } from '../api/admin';
import type { Items } from '../api/items';
import type { OwnSession } from '../api/session';
import { moment } from '../design/format';
import { type MessageKey, t } from '../design/i18n';
import { List } from '../design/List';
import { Mark } from '../design/Marks';
import type { Column } from '../design/Table';
import { useChange } from '../design/useChange';

const columns = <Row extends OwnSession>(end: (row: Row) => void): readonly Column<Row>[] => [
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

const whose = (): readonly Column<SessionRow>[] => [
  { id: 'person', title: t('person.name'), bare: true, cell: (row) => <b>{row.person}</b> },
  { id: 'account', title: t('person.account'), cell: (row) => <span className="lz-number">{row.account}</span> },
];

/** Sessions that are open, each with a button that ends it: it is out at once. `before` says whose they are. */
export function SessionList<Row extends OwnSession>({ title, name, read, end, before = [] }: {
  readonly title: MessageKey;
  /** The list's name among the queries. */
  readonly name: string;
  readonly read: () => Promise<Items<Row>>;
  readonly end: (id: string) => Promise<unknown>;
  readonly before?: readonly Column<Row>[];
}) {
  const query = useQuery({ queryKey: [name], queryFn: read });
  const change = useChange(name);
  const out = (row: Row): void => void change(end(row.id), t('session.revoked'));
  return <List title={title} query={query} columns={[...before, ...columns(out)]} rowKey={(row) => row.id} />;
}

/** Who is signed in where. */
export function SessionsPart() {
  return <SessionList title="admin.sessions" name="sessions" read={admin.sessions} end={admin.endSession} before={whose()} />;
}
