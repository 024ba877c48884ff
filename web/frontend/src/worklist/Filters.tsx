import { Button, Input, type InputRef, Segmented, Select } from 'antd';
import type { RefObject } from 'react';

import type { WorkitemKind, WorklistCounts, WorklistView } from '../api/worklist';
import { t } from '../design/i18n';

export type Tab = 'reading' | 'review' | 'mine' | 'done';

export const viewOf = (tab: Tab): WorklistView => (tab === 'mine' || tab === 'done' ? tab : 'open');
export const kindOf = (tab: Tab): WorkitemKind | undefined => (tab === 'reading' || tab === 'review' ? tab : undefined);

const MODALITIES = ['DX', 'CR', 'CT', 'MR', 'US', 'MG', 'RF', 'ECG'];

const counted = (words: string, n: number | undefined): string => (n === undefined ? words : `${words} ${n}`);

function tabsOf(counts: WorklistCounts | undefined, reviewer: boolean): { value: Tab; label: string }[] {
  const review: { value: Tab; label: string } = { value: 'review', label: counted(t('worklist.review'), counts?.review) };
  return [
    { value: 'reading', label: counted(t('worklist.reading'), counts?.reading) },
    ...(reviewer ? [review] : []),
    { value: 'mine', label: counted(t('worklist.mine'), counts?.mine) },
    { value: 'done', label: t('worklist.done') },
  ];
}

interface FiltersProps {
  readonly search: RefObject<InputRef | null>;
  readonly reviewer: boolean;
  readonly counts: WorklistCounts | undefined;
  readonly filter: { readonly tab: Tab; readonly modality: string | undefined; readonly typed: string };
  readonly taking: boolean;
  readonly onTab: (tab: Tab) => void;
  readonly onModality: (modality: string | undefined) => void;
  readonly onTyped: (typed: string) => void;
  readonly onNext: () => void;
}

export function Filters({ search, reviewer, counts, filter, taking, onTab, onModality, onTyped, onNext }: FiltersProps) {
  const overdue = counts?.overdue ?? 0;
  return (
    <div className="lz-bar">
      <Segmented<Tab> options={tabsOf(counts, reviewer)} value={filter.tab} onChange={onTab} aria-label={t('worklist.title')} />
      {overdue > 0 && <span className="lz-overdue">▲ {t('worklist.overdue', { n: overdue })}</span>}
      <span className="lz-bar-gap" />
      <Select
        className="lz-bar-select"
        aria-label={t('worklist.modality')}
        placeholder={t('worklist.modality')}
        allowClear
        value={filter.modality ?? null}
        onChange={(value: string | null | undefined) => onModality(value ?? undefined)}
        options={MODALITIES.map((value) => ({ value, label: value }))}
      />
      <Input
        ref={search}
        className="lz-bar-search"
        allowClear
        aria-label={t('worklist.filter')}
        placeholder={t('worklist.filter')}
        value={filter.typed}
        onChange={(event) => onTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' || event.key === 'Enter') event.currentTarget.blur();
        }}
      />
      <Button type="primary" loading={taking} onClick={onNext}>
        {t('worklist.next')}
      </Button>
    </div>
  );
}
