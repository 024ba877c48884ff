import './ledger.css';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { App, Button, Segmented, Select } from 'antd';
import { useState } from 'react';

import { ledger, type NamedSum, type Sum, type Sums } from '../api/ledger';
import { t } from '../design/i18n';
import { Loading, Nothing, problemText, Trouble } from '../design/states';
import { type Column, Table } from '../design/Table';
import { useNow } from '../design/useNow';
import { may, useSession } from '../session/context';
import { type Bar, Bars } from './Bars';
import { LedgerRows } from './LedgerRows';
import { periods, type PeriodKind } from './periods';
import { say, yuan } from './words';

const percent = (rate: number | null): string => (rate === null ? '–' : `${(rate * 100).toFixed(1)}%`);

/** What recognition came to in a month or a quarter; the sums are the ledger's rows, which stand below. */
export default function LedgerPage() {
  const now = useNow();
  const [kind, setKind] = useState<PeriodKind>('month');
  const [chosen, setChosen] = useState<string | null>(null);
  const known = periods(kind, now, kind === 'month' ? 24 : 12);
  const period = chosen ?? known[0] ?? '';
  const sums = useQuery({ queryKey: ['ledger', 'sums', period], queryFn: () => ledger.sums(period), placeholderData: keepPreviousData });
  return (
    <section className="lz-page" aria-labelledby="ledger-title">
      <div className="lz-bar">
        <h1 id="ledger-title">{t('ledger.title')}</h1>
        <Segmented<PeriodKind>
          value={kind}
          aria-label={t('ledger.period')}
          onChange={(next) => {
            setKind(next);
            setChosen(null);
          }}
          options={[
            { value: 'month', label: t('ledger.month') },
            { value: 'quarter', label: t('ledger.quarter') },
          ]}
        />
        <Select className="lz-bar-select" aria-label={t('ledger.period')} value={period} onChange={setChosen} options={known.map((value) => ({ value, label: value }))} />
        <span className="lz-bar-gap" />
        <Downloads period={period} over={kind === 'month' && period !== known[0]} />
      </div>
      {sums.error !== null && <Trouble reason={sums.error} onRetry={() => void sums.refetch()} />}
      {sums.isPending && <Loading rows={8} />}
      {sums.data !== undefined && <Shown sums={sums.data} />}
    </section>
  );
}

function Downloads({ period, over }: { readonly period: string; readonly over: boolean }) {
  const { message } = App.useApp();
  const { person } = useSession();
  const watches = may(person, 'quality-officer', 'administrator');
  const verify = (): void =>
    void ledger.verify().then(
      ({ sound, rows, first_bad }) => void (sound ? message.success(t('ledger.sound', { n: rows })) : message.error(t('ledger.broken', { n: first_bad ?? 0 }))),
      (reason: unknown) => void message.error(problemText(reason)),
    );
  return (
    <>
      <Button href={ledger.file('sums', 'csv', period)}>{t('ledger.csvSums')}</Button>
      <Button href={ledger.file('sums', 'xlsx', period)}>{t('ledger.xlsxSums')}</Button>
      <Button href={ledger.file('ledger', 'csv', period)}>{t('ledger.csvRows')}</Button>
      <Button href={ledger.file('ledger', 'xlsx', period)}>{t('ledger.xlsxRows')}</Button>
      {over && watches && <Button href={ledger.profile(period, 'csv')}>{t('ledger.profileCsv')}</Button>}
      {over && watches && <Button href={ledger.profile(period, 'json')}>{t('ledger.profileJson')}</Button>}
      {watches && <Button onClick={verify}>{t('ledger.verify')}</Button>}
    </>
  );
}

const bar = (key: string, name: string, { recognised, repeated, rate }: Sum): Bar => ({
  key, name, recognised, repeated, said: `${t('ledger.barSaid', { a: recognised, b: repeated })} · ${percent(rate)}`,
}); // prettier-ignore

const figure = (value: number | string) => <span className="lz-figure">{value}</span>;

const sumColumns = <Row extends NamedSum>(title: string, name: (row: Row) => string): readonly Column<Row>[] => [
  { id: 'name', title, bare: true, cell: (row) => <b>{name(row)}</b> },
  { id: 'offered', title: t('ledger.offered'), cell: (row) => figure(row.offered) },
  { id: 'opened', title: t('ledger.opened'), cell: (row) => figure(row.opened) },
  { id: 'recognised', title: t('ledger.recognised'), cell: (row) => figure(row.recognised) },
  { id: 'repeated', title: t('ledger.repeated'), cell: (row) => figure(row.repeated) },
  { id: 'told', title: t('ledger.told'), cell: (row) => figure(row.told) },
  { id: 'rate', title: t('ledger.rate'), cell: (row) => figure(percent(row.rate)) },
  { id: 'saved', title: t('ledger.saved'), cell: (row) => figure(yuan(row.saved)) },
];

function Shown({ sums }: { readonly sums: Sums }) {
  const { total } = sums;
  if (total.offered + total.opened + total.recognised + total.repeated === 0) return <Nothing title="ledger.none" />;
  return (
    <>
      <Figures total={total} />
      <p className="lz-ledger-key">
        <span>{t('ledger.recognised')}</span>
        <span>{t('ledger.repeated')}</span>
      </p>
      <div className="lz-plots">
        <Bars label={t('ledger.byMonth')} bars={sums.months.map((one) => bar(one.month, one.month, one))} />
        <Bars label={t('ledger.byUnit')} bars={sums.units.map((one) => bar(one.id, one.name, one))} />
        <Bars label={t('ledger.byItem')} bars={sums.items.slice(0, 12).map((one) => bar(one.code, one.name, one))} />
        <Bars
          label={t('ledger.resultsOf')}
          bars={sums.results_of.map((one) => ({ key: one.id, name: one.name, recognised: one.recognised, repeated: 0, said: t('ledger.times', { n: one.recognised }) }))}
        />
        <Bars
          wide
          label={t('ledger.byReason')}
          bars={sums.reasons.map((one) => ({ key: one.code, name: say(one), recognised: 0, repeated: one.count, said: t('ledger.times', { n: one.count }) }))}
        />
      </div>
      <h2>{t('ledger.byUnit')}</h2>
      <Table label={t('ledger.byUnit')} columns={sumColumns(t('ledger.unit'), (row) => row.name)} rows={sums.units} rowKey={(row) => row.id} />
      <h2>{t('ledger.byItem')}</h2>
      <Table label={t('ledger.byItem')} columns={sumColumns(t('ledger.item'), (row) => row.name)} rows={sums.items} rowKey={(row) => row.code} />
      <h2>{t('ledger.byDoctor')}</h2>
      <Table
        label={t('ledger.byDoctor')}
        columns={sumColumns<Sums['doctors'][number]>(t('ledger.doctor'), (row) => `${row.name} · ${row.unit}`)}
        rows={sums.doctors}
        rowKey={(row) => `${row.id}/${row.unit}`}
      />
      <h2>{t('ledger.rows')}</h2>
      <LedgerRows key={sums.period} from={sums.from} until={sums.until} />
    </>
  );
}

function Figures({ total }: { readonly total: Sum }) {
  const figures = [
    [t('ledger.offered'), total.offered],
    [t('ledger.opened'), total.opened],
    [t('ledger.recognised'), total.recognised],
    [t('ledger.repeated'), total.repeated],
    [t('ledger.told'), total.told],
    [t('ledger.rate'), percent(total.rate)],
    [t('ledger.saved'), yuan(total.saved)],
  ] as const;
  return (
    <dl className="lz-figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
