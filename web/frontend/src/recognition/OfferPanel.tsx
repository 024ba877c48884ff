import './recognition.css';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert } from 'antd';
import { type ReactNode, useEffect, useRef, useState } from 'react';

import type { Candidate, Decision, DecisionDoor, Offer } from '../api/recognition';
import { Film } from '../clinic/Film';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { Mark, Patient } from '../design/Marks';
import { Loading, Trouble } from '../design/states';
import { CandidateCard } from './CandidateCard';
import { Refusals } from './Refusals';
import { RepeatForm } from './RepeatForm';
import { say, yuan } from './words';

const film = (result: Candidate): ReactNode => <Film studyInstanceUid={result.study_instance_uid} mark={result.mark?.text ?? null} />;

interface PanelProps {
  readonly door: DecisionDoor;
  /** A doctor looks, not the registration desk. */
  readonly mayDecide: boolean;
  readonly pictures?: (result: Candidate) => ReactNode;
  /** Say nothing when there is nothing. */
  readonly quiet?: boolean;
}

/** One order's offer: what the county already has, and the decision. */
export function OfferPanel({ door, quiet = false, ...props }: PanelProps) {
  const offer = useQuery({ queryKey: door.key, queryFn: door.load });
  if (offer.error !== null) return quiet ? null : <Trouble reason={offer.error} onRetry={() => void offer.refetch()} />;
  if (offer.data === undefined) return <Loading rows={4} />;
  const nothing = offer.data.candidates.length === 0 && offer.data.refused.length === 0;
  return quiet && nothing ? null : <Laid door={door} offer={offer.data} {...props} />;
}

function Laid({ door, offer, mayDecide, pictures = film }: Omit<PanelProps, 'quiet'> & { readonly offer: Offer }) {
  const { busy, trouble, act } = useActs(door);
  const decides = mayDecide && offer.state === 'open';
  return (
    <div className="lz-offer">
      <Head offer={offer} mayDecide={mayDecide} />
      {trouble !== null && <Trouble reason={trouble} />}
      {offer.decision !== null && <Decided decision={offer.decision} />}
      {offer.candidates.map((result) => (
        <CandidateCard
          key={`${result.report_id}/${result.number}`}
          result={result}
          pictures={pictures}
          links={door.links}
          busy={busy}
          onOpen={decides ? () => act(door.open(offer, result.report_id)) : null}
          onRecognise={decides ? () => act(door.recognise(offer, result)) : null}
        />
      ))}
      {decides && <RepeatForm door={door} busy={busy} onGo={(repeat) => act(door.repeat(offer, repeat))} />}
      <Refusals offer={offer} />
    </div>
  );
}

/** Whatever was done or refused, the newest state is fetched: another doctor may have been first. */
function useActs(door: DecisionDoor) {
  const cache = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<unknown>(null);
  const act = (does: Promise<unknown>): void => {
    setBusy(true);
    setTrouble(null);
    does
      .catch(setTrouble)
      .then(() => Promise.all([['recognition'], ['orders'], door.key].map((queryKey) => cache.invalidateQueries({ queryKey }))))
      .catch(() => undefined)
      .finally(() => setBusy(false));
  };
  return { busy, trouble, act };
}

function Head({ offer, mayDecide }: { readonly offer: Offer; readonly mayDecide: boolean }) {
  const { patient, item } = offer;
  const found = offer.candidates.length;
  const open = offer.state === 'open';
  return (
    <>
      <header className="lz-offer-head">
        <h2>
          <Patient patient={{ ...patient, sex: patient.sex ?? '' }} withId />
        </h2>
        <p>
          <b>{item.name}</b> {item.price !== null && <span>{t('recognition.price', { yuan: yuan(item.price) })}</span>}{' '}
          <span className="lz-number lz-hint">{offer.accession_number}</span>{' '}
          {offer.emergency && <Mark tone="bad">{t('priority.HIGH')}</Mark>}
        </p>
      </header>
      {open && found > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t('recognition.offered', { n: found })}
          description={t(offer.held ? (mayDecide ? 'recognition.held' : 'recognition.waitsDoctor') : 'recognition.emergencyFirst')}
        />
      )}
      {offer.decision === null && found === 0 && (
        <Alert type="info" showIcon title={t('recognition.nothing')} description={open ? undefined : t('recognition.nothingBody')} />
      )}
    </>
  );
}

function Decided({ decision }: { readonly decision: Decision }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.scrollIntoView({ block: 'nearest' }), []);
  return (
    <div ref={place} className="lz-decided">
      <Alert
        type={decision.act === 'recognised' ? 'success' : 'info'}
        showIcon
        title={t(`recognition.did.${decision.act}`)}
        description={
          <>
            <p>{t('recognition.by', { name: decision.by, time: moment(decision.at) })}</p>
            {decision.reason !== null && <p>{say(decision.reason)}</p>}
            {decision.note !== '' && <p>{decision.note}</p>}
            <p className="lz-line">
              {decision.told && <Mark tone="good">{t('recognition.told')}</Mark>}
              {decision.act === 'recognised' && decision.saved !== null && decision.saved > 0 && (
                <Mark tone="good">{t('recognition.saved', { yuan: yuan(decision.saved) })}</Mark>
              )}
            </p>
          </>
        }
      />
    </div>
  );
}
