import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';

import { type Act, ledger, type LedgerRow } from '../api/ledger';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { Mark, type Tone } from '../design/Marks';
import { Loading, Trouble } from '../design/states';
import { type Column, Table } from '../design/Table';
import { between } from './periods';
import { say, yuan } from './words';

const TONE: Readonly<Record<Act, Tone>> = {
  offered: 'plain',
  opened: 'plain',
  recognised: 'good',
  repeated: 'busy',
  void: 'plain',
  'told-unit': 'warn',
  acknowledged: 'plain',
  shared: 'plain',
};

const why = (row: LedgerRow): string =>
  [row.reason === null ? '' : say(row.reason), row.note, row.told ? t('ledger.told') : ''].filter((words) => words !== '').join(' · ');

const columns = (): readonly Column<LedgerRow>[] => [
  { id: 'at', title: t('ledger.at'), width: '9em', cell: (row) => moment(row.at) },
  { id: 'act', title: t('ledger.what'), width: '7em', bare: true, cell: (row) => <Mark tone={TONE[row.act]}>{t(`ledger.act.${row.act}`)}</Mark> },
  { id: 'order', title: t('ledger.order'), cell: (row) => <span className="lz-number">{row.accession_number || '–'}</span> },
  { id: 'item', title: t('ledger.item'), bare: true, cell: (row) => row.item_name },
  { id: 'unit', title: t('ledger.unit'), cell: (row) => row.unit.name },
  { id: 'doctor', title: t('ledger.doctor'), cell: (row) => row.doctor?.name ?? '–' },
  { id: 'from', title: t('ledger.from'), cell: (row) => row.result_unit?.name ?? '–' },
  { id: 'why', title: t('ledger.why'), cell: (row) => why(row) || '–' },
  { id: 'saved', title: t('ledger.saved'), cell: (row) => (row.saved === null || row.saved === 0 ? '–' : yuan(row.saved)) },
];

/** The rows of a period, the newest first, page after page. */
export function LedgerRows({ from, until }: { readonly from: string; readonly until: string }) {
  const span = between(from, until);
  const rows = useInfiniteQuery({
    queryKey: ['ledger', 'rows', from, until],
    queryFn: ({ pageParam }) => ledger.rows({ ...span, before: pageParam }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  if (rows.error !== null) return <Trouble reason={rows.error} onRetry={() => void rows.refetch()} />;
  if (rows.data === undefined) return <Loading rows={5} />;
  return (
    <>
      <Table label={t('ledger.rows')} columns={columns()} rows={rows.data.pages.flatMap((page) => page.items)} rowKey={(row) => String(row.seq)} />
      {rows.hasNextPage && (
        <p className="lz-more">
          <Button loading={rows.isFetchingNextPage} onClick={() => void rows.fetchNextPage()}>
            {t('ledger.more')}
          </Button>
        </p>
      )}
    </>
  );
}
