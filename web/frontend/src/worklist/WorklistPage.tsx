import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { App, Button, Input, type InputRef, Segmented, Select } from 'antd';
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router';

import { worklist, type WorkitemKind, type WorkitemRow, type Worklist, type WorklistView } from '../api/worklist';
import { useRefetchInterval } from '../app/live';
import { t } from '../design/i18n';
import { Loading, Nothing, problemText, Trouble } from '../design/states';
import { step, Table } from '../design/Table';
import { useKeys } from '../design/useKeys';
import { may, useSession } from '../session/context';
import { claimNext } from './claimNext';
import { worklistColumns } from './columns';
import { useEmergencyNews } from './useEmergencyNews';

type Tab = 'reading' | 'review' | 'mine' | 'done';

const MODALITIES = ['DX', 'CR', 'CT', 'MR', 'US', 'MG', 'RF', 'ECG'];
const PAGE = 200;

const rowKey = (row: WorkitemRow): string => row.uid;

const viewOf = (tab: Tab): WorklistView => (tab === 'mine' || tab === 'done' ? tab : 'open');
const kindOf = (tab: Tab): WorkitemKind | undefined => (tab === 'reading' || tab === 'review' ? tab : undefined);

function tabsOf(counts: Worklist['counts'] | undefined, reviewer: boolean): { value: Tab; label: string }[] {
  const label = (words: string, n: number | undefined): string => (n === undefined ? words : `${words} ${n}`);
  const tabs: { value: Tab; label: string }[] = [
    { value: 'reading', label: label(t('worklist.reading'), counts?.reading) },
    { value: 'mine', label: label(t('worklist.mine'), counts?.mine) },
    { value: 'done', label: t('worklist.done') },
  ];
  if (reviewer) tabs.splice(1, 0, { value: 'review', label: label(t('worklist.review'), counts?.review) });
  return tabs;
}

function useWorklist(tab: Tab, modality: string | undefined, typed: string) {
  const q = useDeferredValue(typed.trim());
  const refetchInterval = useRefetchInterval();
  const filter = { state: viewOf(tab), kind: kindOf(tab), modality, q, limit: PAGE };
  return useQuery({
    queryKey: ['worklist', filter],
    queryFn: () => worklist.list(filter),
    refetchInterval,
    placeholderData: keepPreviousData,
  });
}

export default function WorklistPage() {
  const { person } = useSession();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const reviewer = may(person, 'reviewer');
  const [tab, setTab] = useState<Tab>(reviewer ? 'review' : 'reading');
  const [modality, setModality] = useState<string>();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const [taking, setTaking] = useState(false);
  const search = useRef<InputRef>(null);
  const list = useWorklist(tab, modality, typed);
  const rows = useMemo(() => list.data?.items ?? [], [list.data]);
  const selected = rows.some((row) => row.uid === chosen) ? chosen : (rows[0]?.uid ?? null);
  const counts = list.data?.counts;
  useEmergencyNews(rows);
  useEffect(() => {
    const waiting = (reviewer ? counts?.review : counts?.reading) ?? 0;
    document.title = waiting > 0 ? `(${waiting}) ${t('product.name')}` : t('product.name');
  }, [counts, reviewer]);

  const open = (uid: string | null): void => {
    if (uid !== null) void navigate(`/read/${uid}`);
  };
  const next = (): void => {
    if (taking) return;
    setTaking(true);
    claimNext(person.id, kindOf(tab))
      .then(
        (uid) => (uid === null ? void message.info(t('worklist.noNext')) : open(uid)),
        (reason: unknown) => void message.error(problemText(reason)),
      )
      .finally(() => setTaking(false));
  };
  useKeys({
    down: () => setChosen(step(rows, rowKey, selected, 1)),
    up: () => setChosen(step(rows, rowKey, selected, -1)),
    open: () => open(selected),
    next,
    search: () => search.current?.focus(),
  });

  return (
    <section className="lz-page" aria-labelledby="worklist-title">
      <h1 id="worklist-title" className="lz-hidden">
        {t('worklist.title')}
      </h1>
      <div className="lz-bar">
        <Segmented<Tab> options={tabsOf(counts, reviewer)} value={tab} onChange={setTab} aria-label={t('worklist.title')} />
        {(counts?.overdue ?? 0) > 0 && <span className="lz-overdue">▲ {t('worklist.overdue', { n: counts?.overdue ?? 0 })}</span>}
        <span className="lz-bar-gap" />
        <Select
          className="lz-bar-select"
          aria-label={t('worklist.modality')}
          placeholder={t('worklist.modality')}
          allowClear
          value={modality ?? null}
          onChange={(value: string | null | undefined) => setModality(value ?? undefined)}
          options={MODALITIES.map((value) => ({ value, label: value }))}
        />
        <Input
          ref={search}
          className="lz-bar-search"
          allowClear
          aria-label={t('worklist.filter')}
          placeholder={t('worklist.filter')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape' || event.key === 'Enter') event.currentTarget.blur();
          }}
        />
        <Button type="primary" loading={taking} onClick={next}>
          {t('worklist.next')}
        </Button>
      </div>
      {list.error !== null && <Trouble reason={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Loading rows={10} />}
      {list.data !== undefined && rows.length === 0 && (
        <Nothing
          title={typed === '' && modality === undefined ? 'worklist.empty' : 'worklist.emptySearch'}
          {...(typed === '' ? { body: 'worklist.emptyBody' as const } : {})}
        />
      )}
      {rows.length > 0 && (
        <>
          <Table
            label={t('worklist.title')}
            columns={worklistColumns(tab === 'done')}
            rows={rows}
            rowKey={rowKey}
            selected={selected}
            onSelect={(row) => (matchMedia('(pointer: coarse)').matches ? open(row.uid) : setChosen(row.uid))}
            onOpen={(row) => open(row.uid)}
            rowClass={(row) => (row.priority === 'HIGH' && row.state === 'SCHEDULED' ? 'lz-row-emergency' : '')}
          />
          <p className="lz-hint">{t('worklist.hint')}</p>
        </>
      )}
    </section>
  );
}
