import { useQuery } from '@tanstack/react-query';
import { useNavigate } from 'react-router';

import { results } from '../api/results';
import { useRefetchInterval } from '../app/live';
import { t } from '../design/i18n';
import { Loading, Trouble } from '../design/states';
import { may, useSession } from '../session/context';
import { Timeline } from './Timeline';

const useOpen = (): ((reportId: string) => void) => {
  const navigate = useNavigate();
  const { person } = useSession();
  const place = may(person, 'clinician') ? '/inbox' : '/reports';
  return (reportId) => void navigate(`${place}/${reportId}`);
};

/** The same person's results, beside the report that is open; one alone needs no list. */
export function Earlier({ reportId }: { readonly reportId: string }) {
  const list = useQuery({ queryKey: ['results', 'report', reportId], queryFn: () => results.besideReport(reportId) });
  const open = useOpen();
  if (list.data === undefined || list.data.items.length < 2) return null;
  return (
    <section className="lz-history lz-earlier" aria-label={t('results.title')}>
      <h3>{t('results.count', { n: list.data.items.length })}</h3>
      <Timeline rows={list.data.items} current={reportId} onOpen={open} />
    </section>
  );
}

/** All results of a person, on the person's page. */
export function PersonResults({ uid }: { readonly uid: string }) {
  const refetchInterval = useRefetchInterval();
  const list = useQuery({ queryKey: ['results', 'patient', uid], queryFn: () => results.ofPatient(uid), refetchInterval });
  const open = useOpen();
  return (
    <section aria-label={t('results.title')}>
      <h2>{t('results.title')}</h2>
      {list.isPending && <Loading rows={3} />}
      {list.error !== null && <Trouble reason={list.error} onRetry={() => void list.refetch()} />}
      {list.data?.items.length === 0 && <p className="lz-hint">{t('results.none')}</p>}
      {list.data !== undefined && list.data.items.length > 0 && (
        <div className="lz-history lz-earlier">
          <Timeline rows={list.data.items} current={null} onOpen={open} />
        </div>
      )}
    </section>
  );
}
