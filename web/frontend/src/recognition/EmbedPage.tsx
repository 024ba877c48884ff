import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useParams } from 'react-router';

import { segment, send } from '../api/client';
import { dataUrl } from '../api/dataUrl';
import { toApiError } from '../api/problem';
import { type Candidate, ticketDoor } from '../api/recognition';
import { t } from '../design/i18n';
import { Loading, Nothing, Trouble } from '../design/states';
import { OfferPanel } from './OfferPanel';

/** The offer inside a hospital system's own page: nothing around it, the doctor stands in the ticket. */
export default function EmbedPage() {
  const { ticket = '' } = useParams();
  const pictures = useCallback((result: Candidate) => <Picture ticket={ticket} result={result} />, [ticket]);
  const door = useMemo(() => ticketDoor(ticket), [ticket]);
  const offer = useQuery({ queryKey: door.key, queryFn: door.load, retry: false });
  if (offer.error !== null) {
    return toApiError(offer.error).status === 410 ? <Nothing title="embed.expired" /> : <Trouble reason={offer.error} onRetry={() => void offer.refetch()} />;
  }
  return (
    <main className="lz-page lz-page-narrow" aria-label={t('recognition.title')}>
      {offer.isPending ? <Loading rows={4} /> : <OfferPanel door={door} mayDecide pictures={pictures} />}
    </main>
  );
}

function Picture({ ticket, result }: { readonly ticket: string; readonly result: Candidate }) {
  const picture = useQuery({
    queryKey: ['ticket-picture', ticket, result.report_id],
    queryFn: async () => dataUrl(await (await send(pictureOf(ticket, result), { method: 'POST', json: {}, anonymous: true })).blob()),
    retry: false,
    staleTime: Infinity,
  });
  if (picture.error !== null) return null;
  if (picture.data === undefined) return <Loading rows={4} />;
  return (
    <figure className="lz-film">
      <img className="lz-film-one" src={picture.data} alt={t('film.title')} />
      <figcaption className="lz-film-foot">{t('film.preview')}</figcaption>
    </figure>
  );
}

const pictureOf = (ticket: string, { report_id }: Candidate): string => `/api/embed/${segment(ticket)}/images/${segment(report_id)}/1`;
