import { type ReactNode, useEffect, useRef } from 'react';

/** A dense list: a real table on a desk, cards on a phone (by CSS), one selected row for the keyboard. */

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  readonly width?: string;
  /** Shown without its title on a phone. */
  readonly bare?: boolean;
}

interface TableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly selected?: string | null;
  readonly onSelect?: (row: Row) => void;
  readonly onOpen?: (row: Row) => void;
  readonly rowClass?: (row: Row) => string;
}

export function Table<Row>(props: TableProps<Row>) {
  const { label, columns, rows, rowKey, selected = null } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  useEffect(() => {
    if (selected !== null) body.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  const interactive = props.onOpen !== undefined;
  return (
    <div className="lz-table-frame">
      <table className={interactive ? 'lz-table lz-table-open' : 'lz-table'} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.id} scope="col" style={{ width: column.width }}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {rows.map((row) => {
            const key = rowKey(row);
            return (
              <tr
                key={key}
                className={props.rowClass?.(row)}
                aria-current={interactive && key === selected ? 'true' : undefined}
                onClick={() => props.onSelect?.(row)}
                onDoubleClick={() => props.onOpen?.(row)}
              >
                {columns.map((column) => (
                  <td key={column.id} className={`lz-cell-${column.id}`} data-title={column.bare === true ? '' : column.title}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** The next row in a direction, staying inside the list. */
export function step<Row>(rows: readonly Row[], rowKey: (row: Row) => string, from: string | null, by: 1 | -1): string | null {
  if (rows.length === 0) return null;
  const index = rows.findIndex((row) => rowKey(row) === from);
  const next = index === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, index + by));
  const row = rows[next];
  return row === undefined ? null : rowKey(row);
}
