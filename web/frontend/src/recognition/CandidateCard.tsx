import { Button } from 'antd';
import { type ReactNode, useState } from 'react';

import type { Candidate } from '../api/recognition';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { Mark, ResultMark, StatusMark } from '../design/Marks';

const age = (days: number): string => (days === 0 ? t('recognition.today') : t('recognition.ago', { n: days }));

/** What is recognised, by itself; the conclusion stands apart below, as reference. */
export function CandidateCard({ result, pictures, links, onOpen, onRecognise, busy }: {
  readonly result: Candidate;
  readonly pictures: (result: Candidate) => ReactNode;
  readonly links: boolean;
  readonly onOpen: (() => void) | null;
  readonly onRecognise: (() => void) | null;
  readonly busy: boolean;
}) {
  const opened = result.opened_at !== null;
  return (
    <article className="lz-candidate" aria-label={`${result.item_name} ${result.examined_on}`}>
      <header>
        {result.mark !== null && <span className="lz-hr">{result.mark.text}</span>}
        <h3>{result.item_name}</h3>
        {!result.same_item && <Mark tone="busy">{t('recognition.equivalent')}</Mark>}
        {result.status !== 'final' && <StatusMark status={result.status} issued />}
        <b className="lz-candidate-age">{age(result.age_days)}</b>
      </header>
      <Facts result={result} links={links} />
      {opened && (
        <div className="lz-beside">
          {pictures(result)}
          <div className="lz-beside-words">
            {result.reference !== null && <Reference reference={result.reference} />}
            {onRecognise !== null && <Recognise onGo={onRecognise} busy={busy} />}
          </div>
        </div>
      )}
      {!opened && onOpen !== null && (
        <p className="lz-candidate-acts">
          <Button type="primary" size="large" loading={busy} onClick={onOpen}>
            {t('recognition.open')}
          </Button>
          <span className="lz-hint">{t('recognition.openHint')}</span>
        </p>
      )}
    </article>
  );
}

function Facts({ result, links }: { readonly result: Candidate; readonly links: boolean }) {
  const facts = [
    result.unit.name,
    result.examined_on,
    result.valid_until === null ? '' : t('recognition.validUntil', { day: result.valid_until }),
    result.device,
    result.quality === null ? '' : t('recognition.quality', { day: result.quality.valid_until }),
  ];
  return (
    <>
      <p className="lz-candidate-facts">{facts.filter((fact) => fact !== '').map((fact) => <span key={fact}>{fact}</span>)}</p>
      <p className="lz-candidate-facts">
        <span className="lz-candidate-is">{t(`recognition.is.${result.recognised_is}`)}</span>
        {result.opened_at !== null && <span>{t('recognition.openedAt', { time: moment(result.opened_at) })}</span>}
        {links && result.opened_at !== null && (
          <a href={result.data.pdf} target="_blank" rel="noopener">
            {t('recognition.pdf')}
          </a>
        )}
      </p>
    </>
  );
}

function Reference({ reference }: { readonly reference: NonNullable<Candidate['reference']> }) {
  return (
    <aside className="lz-reference">
      <h4>{t('recognition.reference')}</h4>
      <p>
        <ResultMark positive={reference.positive} /> {reference.impression}
      </p>
      <small>{[reference.centre, reference.reader, reference.reviewer].filter((name) => name !== '').join(' · ')}</small>
    </aside>
  );
}

/** Two clicks: the wish and its confirmation, in one place. */
function Recognise({ onGo, busy }: { readonly onGo: () => void; readonly busy: boolean }) {
  const [sure, setSure] = useState(false);
  return (
    <p className="lz-candidate-acts">
      {sure ? (
        <>
          <Button type="primary" size="large" loading={busy} onClick={onGo}>
            {t('recognition.recogniseGo')}
          </Button>
          <Button size="large" onClick={() => setSure(false)}>
            {t('action.cancel')}
          </Button>
        </>
      ) : (
        <Button type="primary" size="large" onClick={() => setSure(true)}>
          {t('recognition.recognise')}
        </Button>
      )}
    </p>
  );
}
