import { Progress } from 'antd';

import type { UploadResult } from '../api/studies';
import { fileSize } from '../design/format';
import { getLanguage, t } from '../design/i18n';
import { Mark, type Tone } from '../design/Marks';
import { problemText } from '../design/states';
import { type Column, Table } from '../design/Table';
import type { Item, Stage } from './queue';

const OUTCOME_TONE: Readonly<Record<UploadResult['outcome'], Tone>> = {
  stored: 'good',
  duplicate: 'plain',
  'new-version': 'warn',
  quarantined: 'warn',
  refused: 'bad',
};

const WORST_FIRST: readonly UploadResult['outcome'][] = ['refused', 'quarantined', 'new-version', 'stored', 'duplicate'];

function Outcomes({ results }: { readonly results: readonly UploadResult[] }) {
  const troubles = results.filter(({ outcome }) => outcome !== 'stored' && outcome !== 'duplicate');
  return (
    <div className="lz-outcomes">
      {WORST_FIRST.map((outcome) => {
        const n = results.filter((result) => result.outcome === outcome).length;
        const words = t(`upload.outcome.${outcome}`);
        return n > 0 && <Mark key={outcome} tone={OUTCOME_TONE[outcome]}>{n > 1 ? `${words} ${n}` : words}</Mark>;
      })}
      {troubles.slice(0, 5).map(({ name, message, message_en, code }) => (
        <span key={name}>
          {results.length > 1 && <b>{name}: </b>}
          {getLanguage() === 'zh' ? message : message_en} <small className="lz-code">{code}</small>
        </span>
      ))}
    </div>
  );
}

const STAGE_WORDS: Readonly<Record<Exclude<Stage, 'done' | 'failed'>, 'upload.waiting' | 'upload.sending' | 'upload.checking' | 'upload.cancelled'>> = {
  waiting: 'upload.waiting',
  sending: 'upload.sending',
  checking: 'upload.checking',
  cancelled: 'upload.cancelled',
};

function Result({ item }: { readonly item: Item }) {
  if (item.stage === 'done') return <Outcomes results={item.results} />;
  if (item.stage === 'failed') {
    return (
      <div className="lz-outcomes">
        <Mark tone="bad">{t('upload.failed')}</Mark>
        <span>
          {item.error !== null && problemText(item.error)} <small className="lz-code">{item.error?.code}</small>
        </span>
      </div>
    );
  }
  return (
    <span className="lz-upload-progress">
      {t(STAGE_WORDS[item.stage])}
      {item.stage === 'sending' && <Progress percent={Math.round(item.progress * 100)} size="small" aria-label={item.name} />}
    </span>
  );
}

const columns = (): readonly Column<Item>[] => [
  {
    id: 'file',
    title: t('upload.file'),
    bare: true,
    cell: ({ name, size, results }) => (
      <span className="lz-file">
        {name} <small className="lz-hint">{results.length > 1 ? t('upload.inside', { n: results.length }) : fileSize(size)}</small>
      </span>
    ),
  },
  { id: 'result', title: t('upload.result'), width: '52%', bare: true, cell: (item) => <Result item={item} /> },
];

const SHOWN = 300;
const RANK: Readonly<Record<Stage, number>> = { failed: 0, sending: 1, checking: 1, cancelled: 2, waiting: 3, done: 4 };

const rank = (item: Item): number =>
  item.results.some(({ outcome }) => outcome === 'refused' || outcome === 'quarantined') ? 0 : RANK[item.stage];

/** Trouble first, then what moves, then what is finished. */
export function UploadList({ items }: { readonly items: readonly Item[] }) {
  const rows = items.toSorted((one, other) => rank(one) - rank(other) || one.id - other.id).slice(0, SHOWN);
  return <Table label={t('upload.title')} columns={columns()} rows={rows} rowKey={({ id }) => String(id)} />;
}
