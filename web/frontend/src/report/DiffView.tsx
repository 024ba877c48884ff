import { useMemo } from 'react';

import type { Content } from '../api/worklist';
import { t } from '../design/i18n';
import { diff, type Piece } from './diff';

function Pieces({ pieces }: { readonly pieces: readonly Piece[] }) {
  return (
    <p className="lz-diff-text">
      {pieces.map(({ kind, text }, index) => {
        const key = `${index}`;
        if (kind === 'added') return <ins key={key} title={t('review.added')}>{text}</ins>;
        if (kind === 'removed') return <del key={key} title={t('review.removed')}>{text}</del>;
        return <span key={key}>{text}</span>;
      })}
    </p>
  );
}

const word = (positive: boolean | null): string => t(`read.positive.${positive === null ? 'null' : positive ? 'true' : 'false'}`);

/** What the reviewer has changed against the writer's text, field by field. */
export function DiffView({ before, after, writer }: { readonly before: Content; readonly after: Content; readonly writer: string }) {
  const fields = useMemo(
    () =>
      (
        [
          ['read.findings', before.findings, after.findings],
          ['read.impression', before.impression, after.impression],
          ['read.recommendation', before.recommendation, after.recommendation],
          ['read.addendum', before.addendum, after.addendum],
        ] as const
      )
        .filter(([, old, fresh]) => old !== fresh)
        .map(([title, old, fresh]) => ({ title, pieces: diff(old, fresh) })),
    [before, after],
  );
  const resultChanged = before.positive !== after.positive;
  return (
    <section className="lz-diff" aria-label={t('review.diff')}>
      <h3>
        {t('review.diff')} <small>{t('review.writer', { name: writer })}</small>
      </h3>
      {fields.length === 0 && !resultChanged && <p className="lz-hint">{t('review.noChange')}</p>}
      {fields.map(({ title, pieces }) => (
        <div key={title}>
          <h4>{t(title)}</h4>
          <Pieces pieces={pieces} />
        </div>
      ))}
      {resultChanged && (
        <div>
          <h4>{t('read.positive')}</h4>
          <Pieces pieces={[{ kind: 'removed', text: word(before.positive) }, { kind: 'added', text: word(after.positive) }]} />
        </div>
      )}
    </section>
  );
}
