import { useQuery } from '@tanstack/react-query';
import { App, ConfigProvider } from 'antd';
import { useEffect } from 'react';
import { Link, Navigate, useParams } from 'react-router';

import { worklist, type WorkitemDetail } from '../api/worklist';
import { Foot } from '../app/Foot';
import { personName } from '../design/format';
import { t } from '../design/i18n';
import { Loading, Trouble } from '../design/states';
import { darkTheme } from '../design/theme';
import { useSession } from '../session/context';
import { obtain } from './obtain';
import { ReadOnly } from './ReadOnly';
import { Workbench } from './Workbench';

interface Opened {
  readonly detail: WorkitemDetail;
  readonly holding: Awaited<ReturnType<typeof obtain>>;
}

/** Read, take, and read again: taking an item may give it a draft that somebody else began. */
async function open(person: string, uid: string): Promise<Opened> {
  const seen = await worklist.detail(uid);
  const holding = await obtain(person, seen);
  const detail = holding.is === 'held' || holding.is === 'taken' ? await worklist.detail(uid) : seen;
  return { detail, holding };
}

function Reading({ uid }: { readonly uid: string }) {
  const { person } = useSession();
  const opened = useQuery({
    queryKey: ['reading', person.id, uid],
    queryFn: () => open(person.id, uid),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  useEffect(() => {
    if (opened.data === undefined) return undefined;
    document.title = `${personName(opened.data.detail.patient.name)} · ${t('product.name')}`;
    return () => {
      document.title = t('product.name');
    };
  }, [opened.data]);

  if (opened.error !== null) {
    return (
      <main className="lz-alone">
        <Trouble reason={opened.error} onRetry={() => void opened.refetch()} />
        <Link to="/worklist">{t('done.list')}</Link>
      </main>
    );
  }
  if (opened.data === undefined) return <Loading rows={12} />;
  const { detail, holding } = opened.data;
  if (holding.is === 'moved') return <Navigate to={`/read/${holding.uid}`} replace />;
  return (
    <main>
      {holding.is === 'held' ? <Workbench detail={detail} claim={holding.claim} /> : <ReadOnly detail={detail} holding={holding} />}
    </main>
  );
}

export default function ReadingPage() {
  const { uid = '' } = useParams();
  // The viewer's code is read while the server is asked for the item.
  useEffect(() => void import('../viewer').catch(() => undefined), []);
  return (
    <ConfigProvider theme={darkTheme}>
      <App className="lz-dark">
        <Reading key={uid} uid={uid} />
        <Foot />
      </App>
    </ConfigProvider>
  );
}
