import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Radio } from 'antd';
import { useState } from 'react';

import { catalogue, type ItemRow } from '../api/catalogue';
import { bodyPart, date } from '../design/format';
import { t } from '../design/i18n';
import { Mark } from '../design/Marks';
import { finds } from '../design/pinyin';
import { Search } from '../design/Search';
import { Loading, Nothing, Trouble } from '../design/states';
import { type Column, Table } from '../design/Table';
import { useNow } from '../design/useNow';
import { ImportDialog } from './ImportDialog';

export const effective = (row: ItemRow): string =>
  row.effective_until === null
    ? t('catalogue.from', { from: row.effective_from })
    : t('catalogue.until', { from: row.effective_from, until: row.effective_until });

const COLUMNS = (): readonly Column<ItemRow>[] => [
  { id: 'code', title: t('catalogue.code'), cell: (row) => <b className="lz-number">{row.code}</b> },
  { id: 'name', title: t('catalogue.name'), bare: true, cell: (row) => row.name },
  { id: 'modality', title: t('catalogue.modality'), cell: (row) => [row.modality, bodyPart(row.body_part)].filter((fact) => fact !== '').join(' · ') },
  { id: 'price', title: t('catalogue.price'), cell: (row) => (row.price === null ? '–' : (row.price / 100).toFixed(2)) },
  {
    id: 'mark',
    title: t('catalogue.mark'),
    cell: (row) => (row.mark_level === null ? '–' : <Mark tone="good">{`${row.mark}（${t(`catalogue.level.${row.mark_level}`)}）`}</Mark>),
  },
  { id: 'validity', title: t('catalogue.validity'), cell: (row) => (row.validity_days === null ? '–' : t('catalogue.days', { n: row.validity_days })) },
  { id: 'effective', title: t('catalogue.effective'), cell: (row) => effective(row) },
  { id: 'source', title: t('catalogue.source'), cell: (row) => <span className="lz-hint">{row.source || '–'}</span> },
];

/** The county's list of items in versions: what it is called, costs, how far it is recognised and for how long. */
export default function CataloguePage() {
  const cache = useQueryClient();
  const { message } = App.useApp();
  const [typed, setTyped] = useState('');
  const [every, setEvery] = useState(false);
  const [importing, setImporting] = useState(false);
  const list = useQuery({ queryKey: ['catalogue'], queryFn: catalogue.all });
  const today = date(useNow());
  const now = (row: ItemRow): boolean => row.effective_from <= today && (row.effective_until === null || row.effective_until >= today);
  const rows = (list.data?.items ?? []).filter((row) => (every || now(row)) && (finds(typed, row.name) || finds(typed, row.code)));
  const done = (count: number): void => {
    setImporting(false);
    void message.success(t('catalogue.done', { n: count }));
    void cache.invalidateQueries({ queryKey: ['catalogue'] });
    void cache.invalidateQueries({ queryKey: ['items'] });
  };
  return (
    <section className="lz-page" aria-labelledby="catalogue-title">
      <div className="lz-bar">
        <h1 id="catalogue-title">{t('catalogue.title')}</h1>
        <Radio.Group
          optionType="button"
          value={every}
          onChange={(event) => setEvery(event.target.value === true)}
          options={[
            { value: false, label: t('catalogue.current') },
            { value: true, label: t('catalogue.all') },
          ]}
        />
        <Search label={t('catalogue.search')} value={typed} onType={setTyped} />
        <span className="lz-bar-gap" />
        <Button href="/api/catalogue.csv">{t('catalogue.export')}</Button>
        <Button type="primary" onClick={() => setImporting(true)}>
          {t('catalogue.import')}
        </Button>
      </div>
      {list.error !== null && <Trouble reason={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Loading />}
      {list.data !== undefined && rows.length === 0 && <Nothing title="catalogue.empty" />}
      {rows.length > 0 && <Table label={t('catalogue.title')} columns={COLUMNS()} rows={rows} rowKey={(row) => row.id} />}
      <ImportDialog open={importing} onDone={done} onClose={() => setImporting(false)} />
    </section>
  );
}
