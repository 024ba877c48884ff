import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import type { Items } from '../api/items';
import { type MessageKey, t } from './i18n';
import { Loading, Nothing, Trouble } from './states';
import { type Column, Table } from './Table';

/** A list in each of its states: on its way, refused, empty, there. `children` stand above it. */
export function List<Row>({ title, query, columns, rowKey, empty = 'admin.empty', emptyBody, children }: {
  readonly title: MessageKey;
  readonly query: UseQueryResult<Items<Row>>;
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly empty?: MessageKey;
  readonly emptyBody?: MessageKey | undefined;
  readonly children?: ReactNode;
}) {
  const rows = query.data?.items ?? [];
  return (
    <>
      {children !== undefined && <div className="lz-bar">{children}</div>}
      {query.error !== null && <Trouble reason={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {query.data !== undefined && rows.length === 0 && <Nothing title={empty} body={emptyBody} />}
      {rows.length > 0 && <Table label={t(title)} columns={columns} rows={rows} rowKey={rowKey} />}
    </>
  );
}
