import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { App, type InputRef } from 'antd';
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router';

import { worklist, type WorkitemRow } from '../api/worklist';
import { useRefetchInterval } from '../app/live';
import { t } from '../design/i18n';
import { Loading, Nothing, problemText, Trouble } from '../design/states';
import { step, Table } from '../design/Table';
import { useKeys } from '../design/useKeys';
import { may, useSession } from '../session/context';
import { claimNext } from './claimNext';
import { worklistColumns } from './columns';
import { Filters, kindOf, type Tab, viewOf } from './Filters';
import { useEmergencyNews } from './useEmergencyNews';

const PAGE = 200;

const rowKey = (row: WorkitemRow): string => row.uid;

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

/** Open a row, or take the most urgent free one and open it. */
function useOpening(tab: Tab) {
  const { person } = useSession();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const [taking, setTaking] = useState(false);
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
  return { taking, open, next };
}

function useWaitingInTitle(waiting: number): void {
  useEffect(() => {
    document.title = waiting > 0 ? `(${waiting}) ${t('product.name')}` : t('product.name');
  }, [waiting]);
}

function rowClass({ state, mine, priority }: WorkitemRow): string {
  if (state === 'IN PROGRESS' && !mine) return 'lz-row-held';
  return priority === 'HIGH' && state === 'SCHEDULED' ? 'lz-row-emergency' : '';
}

/** What stands in place of the rows, when there are none or they could not be read. */
function Empty({ list, filtered }: { readonly list: ReturnType<typeof useWorklist>; readonly filtered: boolean }) {
  return (
    <>
      {list.error !== null && <Trouble reason={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Loading rows={10} />}
      {list.data?.items.length === 0 && (
        <Nothing title={filtered ? 'worklist.emptySearch' : 'worklist.empty'} body="worklist.emptyBody" />
      )}
    </>
  );
}

/** The reader's list: the most urgent first, live, driven by keys. */
export default function WorklistPage() {
  const { person } = useSession();
  const reviewer = may(person, 'reviewer');
  const [tab, setTab] = useState<Tab>(reviewer ? 'review' : 'reading');
  const [modality, setModality] = useState<string>();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const search = useRef<InputRef>(null);
  const list = useWorklist(tab, modality, typed);
  const { taking, open, next } = useOpening(tab);
  const rows = useMemo(() => list.data?.items ?? [], [list.data]);
  const selected = rows.some((row) => row.uid === chosen) ? chosen : (rows[0]?.uid ?? null);
  const { counts } = list.data ?? {};
  useEmergencyNews(rows);
  useWaitingInTitle(counts?.[reviewer ? 'review' : 'reading'] ?? 0);
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
      <Filters
        search={search}
        reviewer={reviewer}
        counts={counts}
        filter={{ tab, modality, typed }}
        taking={taking}
        onTab={setTab}
        onModality={setModality}
        onTyped={setTyped}
        onNext={next}
      />
      <Empty list={list} filtered={typed !== '' || modality !== undefined} />
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
            rowClass={rowClass}
          />
          <p className="lz-hint lz-keys-hint">{t('worklist.hint')}</p>
        </>
      )}
    </section>
  );
}
