import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useNavigate, useParams } from 'react-router';

import { type Inbox, type InboxRow, reports } from '../api/studies';
import { useRefetchInterval } from '../app/live';
import { moment } from '../design/format';
import { type MessageKey, t } from '../design/i18n';
import { Patient, ResultMark, StatusMark } from '../design/Marks';
import { Search } from '../design/Search';
import { Loading, Nothing, Trouble } from '../design/states';
import { step } from '../design/Table';
import { useKeys } from '../design/useKeys';
import { NoticeCards } from '../recognition/NoticeCards';
import { ReportView } from './ReportView';

const rowKey = (row: InboxRow): string => row.report_id;

/** What was opened in this visit stays in its place, although it is no longer unread. */
function withOpened(items: readonly InboxRow[], opened: readonly InboxRow[]): readonly InboxRow[] {
  const read = opened.filter((row) => items.every(({ report_id }) => report_id !== row.report_id));
  return [...items, ...read.map((row) => ({ ...row, unread: false }))].toSorted((one, other) => other.issued_at.localeCompare(one.issued_at));
}

/** The clinic's inbox: unread first, the report beside the list, on a phone one after the other. */
export default function InboxPage() {
  const { reportId } = useParams();
  const navigate = useNavigate();
  const [view, setView] = useState<'unread' | 'all'>('unread');
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const refetchInterval = useRefetchInterval();
  const list = useQuery({
    queryKey: ['inbox', view, q],
    queryFn: () => reports.inbox({ unread: view === 'unread' && q === '' ? true : undefined, q, limit: 100 }),
    refetchInterval,
    placeholderData: keepPreviousData,
  });
  const [opened, setOpened] = useState<readonly InboxRow[]>([]);
  const rows = q === '' ? withOpened(list.data?.items ?? [], opened) : (list.data?.items ?? []);
  const open = (id: string | null): void => {
    if (id === null) return;
    setOpened(rows.filter((row) => row.report_id === id || opened.some((one) => one.report_id === row.report_id)));
    void navigate(`/inbox/${id}`);
  };
  useKeys({
    down: () => open(step(rows, rowKey, reportId ?? null, 1)),
    up: () => open(step(rows, rowKey, reportId ?? null, -1)),
  });
  return (
    <section className={reportId === undefined ? 'lz-inbox' : 'lz-inbox lz-inbox-open'} aria-labelledby="inbox-title">
      <div className="lz-inbox-list">
        <h1 id="inbox-title" className="lz-hidden">
          {t('inbox.title')}
        </h1>
        <div className="lz-bar">
          <Segmented<'unread' | 'all'>
            value={view}
            onChange={(next) => {
              setView(next);
              setOpened([]);
            }}
            aria-label={t('inbox.title')}
            options={[
              { value: 'unread', label: `${t('inbox.unread')} ${list.data?.unread ?? ''}` },
              { value: 'all', label: t('inbox.all') },
            ]}
          />
          <Search label={t('inbox.filter')} value={typed} onType={setTyped} />
        </div>
        <NoticeCards />
        <Empty list={list} shown={rows.length} title={q !== '' ? 'inbox.emptySearch' : view === 'unread' ? 'inbox.empty' : 'inbox.emptyAll'} />
        <ul>
          {rows.map((row) => (
            <li key={row.report_id}>
              <InboxItem row={row} current={row.report_id === reportId} onOpen={() => open(row.report_id)} />
            </li>
          ))}
        </ul>
      </div>
      <div className="lz-inbox-report">
        {reportId === undefined ? <Nothing title="inbox.pick" /> : <ReportView key={reportId} reportId={reportId} back="/inbox" />}
      </div>
    </section>
  );
}

function Empty({ list, shown, title }: {
  readonly list: UseQueryResult<Inbox>;
  readonly shown: number;
  readonly title: MessageKey;
}) {
  return (
    <>
      {list.error !== null && <Trouble reason={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Loading rows={8} />}
      {shown === 0 && list.data !== undefined && <Nothing title={title} body="inbox.emptyBody" />}
    </>
  );
}

function InboxItem({ row, current, onOpen }: { readonly row: InboxRow; readonly current: boolean; readonly onOpen: () => void }) {
  return (
    <button type="button" className={row.unread ? 'lz-letter lz-letter-unread' : 'lz-letter'} aria-current={current} onClick={onOpen}>
      <span className="lz-letter-top">
        {row.unread && <span className="lz-dot" aria-label={t('inbox.unread')} role="img" />}
        <Patient patient={row.patient} />
        <ResultMark positive={row.positive} />
        {row.status !== 'final' && <StatusMark status={row.status} issued />}
        <time dateTime={row.issued_at}>{moment(row.issued_at)}</time>
      </span>
      {row.replaces !== null && (
        <span className="lz-letter-notice">
          {row.replaces.read_by === null
            ? t('inbox.replaces', { n: row.replaces.number })
            : t('inbox.replacesRead', { n: row.replaces.number, name: row.replaces.read_by })}
          {row.replaces.reason !== '' && ` · ${t('report.reasonWas', { reason: row.replaces.reason })}`}
        </span>
      )}
      <span className="lz-letter-impression">{row.impression}</span>
      <span className="lz-letter-foot">
        {row.modality} {row.description} · {row.reader}
        {row.read_at !== null && ` · ${t('inbox.readBy', { name: row.read_by ?? '', time: moment(row.read_at) })}`}
      </span>
    </button>
  );
}
