import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Segmented } from 'antd';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';

import { nameOf, pdfAddress, type Report, reports, type ReportVersion } from '../api/studies';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { Mark, Patient } from '../design/Marks';
import { Loading, Trouble } from '../design/states';
import { ReportText } from '../report/ReportText';
import { may, useSession } from '../session/context';

const KNOWN = ['registered', 'partial', 'preliminary', 'final', 'amended', 'corrected', 'cancelled', 'entered-in-error'] as const;

const statusWords = (status: string): string => {
  const known = KNOWN.find((one) => one === status);
  return known === undefined ? status : t(`report.status.${known}`);
};

/** Opening a report is its receipt, recorded once for the unit. */
function useReceipt(reportId: string, opened: boolean): boolean {
  const cache = useQueryClient();
  const { person } = useSession();
  const clinician = may(person, 'clinician');
  const [recorded, setRecorded] = useState(false);
  useEffect(() => {
    if (!opened || !clinician) return;
    reports.receipt(reportId).then(
      () => {
        setRecorded(true);
        void cache.invalidateQueries({ queryKey: ['inbox'] });
      },
      () => setRecorded(false),
    );
  }, [reportId, opened, clinician, cache]);
  return recorded;
}

/** One issued report: the sentence first, then who stands for it, then the signed PDF. */
export function ReportView({ reportId }: { readonly reportId: string }) {
  const navigate = useNavigate();
  const report = useQuery({ queryKey: ['report', reportId], queryFn: () => reports.report(reportId) });
  const [number, setNumber] = useState<number | null>(null);
  const recorded = useReceipt(reportId, report.data !== undefined);
  const back = (
    <Button className="lz-inbox-back" onClick={() => void navigate('/inbox')}>
      ← {t('action.back')}
    </Button>
  );
  if (report.error !== null) {
    return (
      <>
        {back}
        <Trouble reason={report.error} onRetry={() => void report.refetch()} />
      </>
    );
  }
  if (report.data === undefined) return <Loading />;
  const newest = report.data.versions.at(-1);
  const version = report.data.versions.find((one) => one.number === number) ?? newest;
  if (version === undefined || newest === undefined) return back;
  return (
    <article className="lz-report">
      {back}
      <ReportHead report={report.data} recorded={recorded} />
      {report.data.versions.length > 1 && (
        <Segmented<number>
          value={version.number}
          onChange={setNumber}
          options={report.data.versions.map((one) => ({ value: one.number, label: t('report.version', { n: one.number }) }))}
          aria-label={t('report.version', { n: '' })}
        />
      )}
      {version !== newest && <Alert type="warning" showIcon title={t('report.newer')} />}
      <ReportText content={version.content} />
      <Signers version={version} />
      <p className="lz-report-actions">
        <Button type="primary" size="large" href={pdfAddress(reportId, version.number)} target="_blank">
          {t('report.openPdf')}
        </Button>
      </p>
      <PdfFrame reportId={reportId} number={version.number} />
    </article>
  );
}

function ReportHead({ report, recorded }: { readonly report: Report; readonly recorded: boolean }) {
  return (
    <header className="lz-report-head">
      <h2>
        <Patient patient={report.patient} withId />
      </h2>
      <Mark tone={report.status === 'final' ? 'good' : 'warn'}>{statusWords(report.status)}</Mark>
      {recorded && <Mark tone="plain">{`✓ ${t('report.receipt')}`}</Mark>}
    </header>
  );
}

function Signers({ version }: { readonly version: ReportVersion }) {
  return (
    <dl className="lz-signers">
      <div>
        <dt>{t('report.writer')}</dt>
        <dd>
          {nameOf(version.writer)} <small>{moment(version.written_at)}</small>
        </dd>
      </div>
      <div>
        <dt>{t('report.reviewer')}</dt>
        <dd>
          {nameOf(version.reviewer)} <small>{moment(version.reviewed_at)}</small>
        </dd>
      </div>
    </dl>
  );
}

/** The signed document itself, where there is room for it; a phone opens it in its own reader. */
function PdfFrame({ reportId, number }: { readonly reportId: string; readonly number: number }) {
  const [wide] = useState(() => matchMedia('(min-width: 1000px)').matches);
  if (!wide) return null;
  // oxlint-disable-next-line react/iframe-missing-sandbox -- Chromium shows no PDF in a sandbox; the document is our own
  return <iframe className="lz-pdf" title={t('report.openPdf')} src={pdfAddress(reportId, number)} />;
}
