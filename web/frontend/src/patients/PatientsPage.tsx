import './patients.css';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { InputRef } from 'antd';
import { Input } from 'antd';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';

import { type HeaderRow, patients } from '../api/patients';
import { age, ageAt, personName, sex } from '../design/format';
import { t } from '../design/i18n';
import { Loading, Nothing, Trouble } from '../design/states';
import { type Column, step, Table } from '../design/Table';
import { useKeys } from '../design/useKeys';
import { useNow } from '../design/useNow';

const key = (row: HeaderRow): string => row.id;

const dash = (value: string | null): string => (value === null || value === '' ? '–' : value);

const COLUMNS = (now: number): readonly Column<HeaderRow>[] => [
  { id: 'name', title: t('orders.name'), bare: true, cell: (row) => <b>{personName(row.name)}</b> },
  {
    id: 'who',
    title: t('orders.sex'),
    bare: true,
    cell: (row) => [sex(row.sex), age(ageAt(row.birth_date, now))].filter((fact) => fact !== '').join(' · ') || '–',
  },
  { id: 'born', title: t('orders.birthDate'), cell: (row) => dash(row.birth_date) },
  { id: 'id', title: t('orders.patientId'), cell: (row) => <span className="lz-number">{row.patient_id}</span> },
  { id: 'issuer', title: t('patients.issuer'), cell: (row) => dash(row.issuer_name) },
  { id: 'card', title: t('orders.idCard'), cell: (row) => <span className="lz-number">{dash(row.id_card)}</span> },
  { id: 'phone', title: t('orders.phone'), cell: (row) => <span className="lz-number">{dash(row.phone)}</span> },
];

/** Find somebody by whatever is at hand; lists show masked names and numbers. */
export default function PatientsPage() {
  const [search, setSearch] = useSearchParams();
  const [typed, setTyped] = useState(search.get('q') ?? '');
  const [selected, setSelected] = useState<string | null>(null);
  const field = useRef<InputRef>(null);
  const q = useDeferredValue(typed.trim());
  const now = useNow();
  const navigate = useNavigate();
  const list = useQuery({
    queryKey: ['patients', q],
    queryFn: () => patients.list({ q, limit: 50 }),
    placeholderData: keepPreviousData,
  });
  useEffect(() => field.current?.focus(), []);
  useEffect(() => setSearch(q === '' ? {} : { q }, { replace: true }), [q, setSearch]);
  const rows = list.data?.items ?? [];
  const move = (by: 1 | -1): void => setSelected(step(rows, key, selected, by));
  const open = (id: string | null): void => void (id !== null && navigate(`/patients/${id}`));
  useKeys({
    down: () => move(1),
    up: () => move(-1),
    open: () => open(selected),
    search: () => field.current?.focus(),
  });
  return (
    <section className="lz-page" aria-labelledby="patients-title">
      <div className="lz-bar">
        <h1 id="patients-title">{t('patients.title')}</h1>
        <Input
          ref={field}
          className="lz-patients-search"
          allowClear
          aria-label={t('patients.search')}
          placeholder={t('patients.search')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
              event.preventDefault();
              move(event.key === 'ArrowDown' ? 1 : -1);
            } else if (event.key === 'Enter') open(selected ?? (rows[0] === undefined ? null : rows[0].id));
          }}
        />
      </div>
      {list.error !== null && <Trouble reason={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Loading />}
      {list.data !== undefined && rows.length === 0 && <Nothing title="patients.empty" body="patients.emptyBody" />}
      {rows.length > 0 && (
        <Table
          label={t('patients.title')}
          columns={COLUMNS(now)}
          rows={rows}
          rowKey={key}
          selected={selected}
          onSelect={(row) => open(row.id)}
          onOpen={(row) => open(row.id)}
        />
      )}
    </section>
  );
}
