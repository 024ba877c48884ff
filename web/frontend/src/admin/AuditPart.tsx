import { useInfiniteQuery } from '@tanstack/react-query';
import { App, Button, Input } from 'antd';
import { useDeferredValue, useState } from 'react';

import { admin, type AuditFilter, type AuditRow } from '../api/admin';
import { date, clockTime } from '../design/format';
import { type MessageKey, t } from '../design/i18n';
import { Mark } from '../design/Marks';
import { Loading, Nothing, problemText, Trouble } from '../design/states';
import { type Column, Table } from '../design/Table';

/** FHIR AuditEvent.outcome (R4): success, minor, serious and major failure. */
const OUTCOMES = ['0', '4', '8', '12'] as const;

function Outcome({ code }: { readonly code: string }) {
  const known = OUTCOMES.find((one) => one === code);
  return <Mark tone={code === '0' ? 'good' : 'bad'}>{known === undefined ? code : t(`audit.outcome.${known}`)}</Mark>;
}

const columns = (): readonly Column<AuditRow>[] => [
  { id: 'at', title: t('audit.at'), width: '12em', cell: (row) => <span className="lz-number">{`${date(row.at)} ${clockTime(row.at)}`}</span> },
  { id: 'actor', title: t('audit.actor'), bare: true, cell: (row) => <b>{row.actor}</b> },
  { id: 'action', title: t('audit.action'), bare: true, cell: (row) => row.action },
  {
    id: 'thing',
    title: t('audit.thing'),
    cell: (row) => (
      <>
        {row.thing} <small className="lz-code">{row.thing_id}</small>
      </>
    ),
  },
  { id: 'outcome', title: t('audit.outcome'), width: '6em', cell: (row) => <Outcome code={row.outcome} /> },
  { id: 'address', title: t('audit.address'), width: '9em', cell: (row) => <span className="lz-number">{row.address ?? '–'}</span> },
];

type Typed = Readonly<Partial<Record<keyof AuditFilter, string>>>;

const FIELDS: readonly { readonly name: keyof AuditFilter; readonly title: MessageKey; readonly type?: string }[] = [
  { name: 'person', title: 'audit.person' },
  { name: 'patient', title: 'audit.patient' },
  { name: 'action', title: 'audit.done' },
  { name: 'since', title: 'audit.since', type: 'date' },
  { name: 'until', title: 'audit.until', type: 'date' },
];

/** Days are the county's: from its first moment, up to the end of the last. */
function filterOf(typed: Typed): AuditFilter {
  const { since, until, ...words } = typed;
  const given = Object.fromEntries(Object.entries(words).filter(([, word]) => word.trim() !== ''));
  const first = since === undefined || since === '' ? {} : { since: `${since}T00:00:00+08:00` };
  const last = until === undefined || until === '' ? {} : { until: `${until}T23:59:59.999+08:00` };
  return { ...given, ...first, ...last };
}

/** Who did what to which thing, the newest first; the chain can be verified at any time. */
export function AuditPart() {
  const [typed, setTyped] = useState<Typed>({});
  const filter = useDeferredValue(filterOf(typed));
  const { message } = App.useApp();
  const [verifying, setVerifying] = useState(false);
  const list = useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam }) => admin.audit({ ...filter, limit: 100, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const verify = (): void => {
    setVerifying(true);
    admin
      .verifyAudit()
      .then(
        ({ whole, broken_at }) =>
          void (whole ? message.success(t('audit.whole')) : message.error(t('audit.broken', { n: broken_at ?? 0 }), 10)),
        (reason: unknown) => void message.error(problemText(reason)),
      )
      .finally(() => setVerifying(false));
  };
  return (
    <>
      <div className="lz-bar">
        {FIELDS.map(({ name, title, type }) => (
          <Input
            key={name}
            style={{ width: type === undefined ? '11.5em' : '13.5em' }}
            allowClear
            aria-label={t(title)}
            placeholder={t(title)}
            {...(type === undefined ? {} : { type, prefix: t(title) })}
            value={typed[name] ?? ''}
            onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
          />
        ))}
        <span className="lz-bar-gap" />
        <Button href={admin.auditFile(filter)} download>
          {t('audit.export')}
        </Button>
        <Button loading={verifying} onClick={verify}>
          {t('audit.verify')}
        </Button>
      </div>
      {list.error !== null && <Trouble reason={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Loading rows={10} />}
      {list.data !== undefined && rows.length === 0 && <Nothing title="admin.empty" />}
      {rows.length > 0 && <Table label={t('admin.audit')} columns={columns()} rows={rows} rowKey={(row) => String(row.id)} />}
      {list.hasNextPage && (
        <p className="lz-more">
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('action.more')}
          </Button>
        </p>
      )}
    </>
  );
}
