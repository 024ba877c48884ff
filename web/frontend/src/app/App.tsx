import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, Button, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { BrowserRouter, Link, Navigate, Route, Routes } from 'react-router';

import { toApiError } from '../api/problem';
import { t, useLanguage } from '../design/i18n';
import { nonce } from '../design/nonce';
import { Boundary, Loading, Nothing } from '../design/states';
import { lightTheme } from '../design/theme';
import { sweep } from '../report/keep';
import { may, useSession } from '../session/context';
import { SessionGate } from '../session/SessionGate';
import { useNews } from './live';
import { placesOf } from './places';
import { Shell } from './Shell';

const WorklistPage = lazy(() => import('../worklist/WorklistPage'));
const ReadingPage = lazy(() => import('../report/ReadingPage'));
const UploadPage = lazy(() => import('../upload/UploadPage'));
const StudiesPage = lazy(() => import('../upload/StudiesPage'));
const OrdersPage = lazy(() => import('../registration/OrdersPage'));
const ReportPage = lazy(() => import('../report/ReportPage'));
const SlipPage = lazy(() => import('../registration/SlipPage'));
const UnmatchedPage = lazy(() => import('../matching/UnmatchedPage'));
const PatientsPage = lazy(() => import('../patients/PatientsPage'));
const PersonPage = lazy(() => import('../patients/PersonPage'));
const CataloguePage = lazy(() => import('../catalogue/CataloguePage'));
const InboxPage = lazy(() => import('../clinic/InboxPage'));
const EmergencyPage = lazy(() => import('../clinic/EmergencyPage'));
const RosterPage = lazy(() => import('../roster/RosterPage'));
const AccountPage = lazy(() => import('../account/AccountPage'));
const RecognitionPage = lazy(() => import('../recognition/RecognitionPage'));
const LedgerPage = lazy(() => import('../recognition/LedgerPage'));
const QualityPage = lazy(() => import('../recognition/QualityPage'));
const EmbedPage = lazy(() => import('../recognition/EmbedPage'));
const SharePage = lazy(() => import('../share/SharePage'));
const AdminPage = lazy(() => import('../admin/AdminPage'));

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

function Page({ children }: { readonly children: ReactNode }) {
  return (
    <Boundary>
      <Suspense fallback={<Loading rows={10} />}>{children}</Suspense>
    </Boundary>
  );
}

/** Readers will open a film soon: its code is fetched while they look at the list. */
function usePrefetch(): void {
  const { person } = useSession();
  const reads = may(person, 'radiologist', 'reviewer');
  useEffect(() => {
    if (!reads) return undefined;
    const timer = setTimeout(() => {
      void import('../report/ReadingPage').catch(() => undefined);
      void import('../viewer').catch(() => undefined);
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
        <Route path="worklist" element={<Page><WorklistPage /></Page>} />
        <Route path="upload" element={<Page><UploadPage /></Page>} />
        <Route path="studies" element={<Page><StudiesPage /></Page>} />
        <Route path="orders" element={<Page><OrdersPage /></Page>} />
        <Route path="unmatched" element={<Page><UnmatchedPage /></Page>} />
        <Route path="patients" element={<Page><PatientsPage /></Page>} />
        <Route path="patients/:uid" element={<Page><PersonPage /></Page>} />
        <Route path="catalogue" element={<Page><CataloguePage /></Page>} />
        <Route path="inbox/:reportId?" element={<Page><InboxPage /></Page>} />
        <Route path="reports/:reportId" element={<Page><ReportPage /></Page>} />
        <Route path="emergency" element={<Page><EmergencyPage /></Page>} />
        <Route path="roster" element={<Page><RosterPage /></Page>} />
        <Route path="account" element={<Page><AccountPage /></Page>} />
        <Route path="recognition/:orderId?" element={<Page><RecognitionPage /></Page>} />
        <Route path="ledger" element={<Page><LedgerPage /></Page>} />
        <Route path="device-quality" element={<Page><QualityPage /></Page>} />
        <Route path="admin/:part?" element={<Page><AdminPage /></Page>} />
        <Route path="*" element={<NotFound />} />
      </Route>
      <Route path="orders/:id/slip" element={<Page><SlipPage /></Page>} />
      <Route path="read/:uid" element={<Page><ReadingPage /></Page>} />
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
              <Route path="share/:token" element={<Page><SharePage key={language} /></Page>} />
              <Route path="embed/recognition/:ticket" element={<Page><EmbedPage key={language} /></Page>} />
              <Route path="*" element={<SessionGate><Signed key={language} /></SessionGate>} />
            </Routes>
          </BrowserRouter>
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}
