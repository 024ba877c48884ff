import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, Button, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useEffect } from 'react';
import { BrowserRouter, Link, Navigate, Route, Routes } from 'react-router';

import { toApiError } from '../api/problem';
import { t, useLanguage } from '../design/i18n';
import { nonce } from '../design/nonce';
import { Boundary, Nothing } from '../design/states';
import { lightTheme } from '../design/theme';
import { sweep } from '../report/keep';
import { may, useSession } from '../session/context';
import { SessionGate } from '../session/SessionGate';
import { Viewer } from '../viewer/later';
import { useNews } from './live';
import * as pages from './pages';
import { placesOf } from './places';
import { Shell } from './Shell';

const cache = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, reason) => toApiError(reason).unreachable && failures < 2,
      staleTime: 2000,
      refetchOnWindowFocus: true,
    },
  },
});

function Home() {
  const { person } = useSession();
  const [first] = placesOf(person);
  return first === undefined ? <Nothing title="state.forbidden" /> : <Navigate to={first.path} replace />;
}

function NotFound() {
  return (
    <Nothing title="state.notFound" body="state.notFoundBody">
      <Link to="/">
        <Button type="primary">{t('action.back')}</Button>
      </Link>
    </Nothing>
  );
}

/** Readers will open a film soon: its code is fetched while they look at the list. */
function usePrefetch(): void {
  const { person } = useSession();
  const reads = may(person, 'radiologist', 'reviewer');
  useEffect(() => {
    if (!reads) return undefined;
    const timer = setTimeout(() => {
      void pages.ReadingPage.ahead();
      void Viewer.ahead();
    }, 1500);
    return () => clearTimeout(timer);
  }, [reads]);
}

function Signed() {
  useNews();
  usePrefetch();
  return (
    <Routes>
      <Route element={<Shell />}>
        <Route index element={<Home />} />
        <Route path="worklist" element={<Boundary><pages.WorklistPage /></Boundary>} />
        <Route path="upload" element={<Boundary><pages.UploadPage /></Boundary>} />
        <Route path="studies" element={<Boundary><pages.StudiesPage /></Boundary>} />
        <Route path="orders" element={<Boundary><pages.OrdersPage /></Boundary>} />
        <Route path="unmatched" element={<Boundary><pages.UnmatchedPage /></Boundary>} />
        <Route path="patients" element={<Boundary><pages.PatientsPage /></Boundary>} />
        <Route path="patients/:uid" element={<Boundary><pages.PersonPage /></Boundary>} />
        <Route path="catalogue" element={<Boundary><pages.CataloguePage /></Boundary>} />
        <Route path="inbox/:reportId?" element={<Boundary><pages.InboxPage /></Boundary>} />
        <Route path="reports/:reportId" element={<Boundary><pages.ReportPage /></Boundary>} />
        <Route path="emergency" element={<Boundary><pages.EmergencyPage /></Boundary>} />
        <Route path="roster" element={<Boundary><pages.RosterPage /></Boundary>} />
        <Route path="account" element={<Boundary><pages.AccountPage /></Boundary>} />
        <Route path="recognition/:orderId?" element={<Boundary><pages.RecognitionPage /></Boundary>} />
        <Route path="ledger" element={<Boundary><pages.LedgerPage /></Boundary>} />
        <Route path="device-quality" element={<Boundary><pages.QualityPage /></Boundary>} />
        <Route path="admin/:part?" element={<Boundary><pages.AdminPage /></Boundary>} />
        <Route path="*" element={<NotFound />} />
      </Route>
      <Route path="orders/:id/slip" element={<Boundary><pages.SlipPage /></Boundary>} />
      <Route path="read/:uid" element={<Boundary><pages.ReadingPage /></Boundary>} />
    </Routes>
  );
}

export function App() {
  const language = useLanguage();
  useEffect(() => sweep(Date.now()), []);
  return (
    <ConfigProvider
      locale={language === 'zh' ? zhCN : enUS}
      theme={lightTheme}
      button={{ autoInsertSpace: false }}
      csp={{ nonce }}
    >
      <AntApp>
        <QueryClientProvider client={cache}>
          <BrowserRouter>
            <Routes>
              <Route path="share/:token" element={<Boundary><pages.SharePage key={language} /></Boundary>} />
              <Route path="embed/recognition/:ticket" element={<Boundary><pages.EmbedPage key={language} /></Boundary>} />
              <Route path="*" element={<SessionGate><Signed key={language} /></SessionGate>} />
            </Routes>
          </BrowserRouter>
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}
