import './clinic.css';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';

import { nameOf, pdfAddress, type Report, reports, type ReportVersion } from '../api/studies';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { Mark, Patient, StatusMark } from '../design/Marks';
import { Loading, Trouble } from '../design/states';
import { MarkLine } from '../recognition/MarkLine';
import { ReportText } from '../report/ReportText';
import { RevisionBar } from '../report/RevisionBar';
import { may, useSession } from '../session/context';
import { Changed } from './Changed';
import { Earlier } from './Earlier';
import { Film } from './Film';
import { ShareButton } from '../share/ShareDialog';
import { History, Readers } from './History';
import { Notices } from './Notices';

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
        void cache.invalidateQueries({ queryKey: ['report', reportId] });
      },
      () => setRecorded(false),
    );
  }, [reportId, opened, clinician, cache]);
  return recorded;
}

/** One report: what must be known first, the sentence, who stands for it, the signed PDF, and its other versions. */
export function ReportView({ reportId, back }: { readonly reportId: string; readonly back: string }) {
  const navigate = useNavigate();
  const report = useQuery({ queryKey: ['report', reportId], queryFn: () => reports.report(reportId) });
  const { person } = useSession();
  const clinician = may(person, 'clinician');
  const [number, setNumber] = useState<number | null>(null);
  const recorded = useReceipt(reportId, report.data !== undefined);
  const away = (
    <Button className="lz-inbox-back" onClick={() => void navigate(back)}>
      ← {t('action.back')}
    </Button>
  );
  if (report.error !== null) {
    return (
      <>
        {away}
        <Trouble reason={report.error} onRetry={() => void report.refetch()} />
      </>
    );
  }
  if (report.data === undefined) return <Loading />;
  const { data } = report;
  const newest = data.versions.find((one) => one.number === data.issued_number) ?? data.versions.at(-1);
  const version = data.versions.find((one) => one.number === number) ?? newest;
  if (version === undefined) return away;
  return (
    <article className="lz-report">
      {away}
      <ReportHead report={data} version={version} recorded={recorded} />
      <Notices report={data} version={version} onNewest={() => setNumber(null)} />
      <div className="lz-beside">
        <Film studyInstanceUid={data.study_instance_uid} mark={version.mark?.text ?? null} />
        <div className="lz-beside-words">
          <ReportText content={version.content} />
          <Signers version={version} />
          <p className="lz-report-actions">
            {hasFile(version) && (
              <Button type="primary" size="large" href={pdfAddress(reportId, version.number)} target="_blank">
                {t('report.openPdf')}
              </Button>
            )}
            {clinician && data.issued_number !== null && <ShareButton reportId={reportId} />}
            <RevisionBar report={data} onDone={() => void report.refetch()} />
          </p>
          <Changed report={data} version={version} />
          <History report={data} shown={version.number} onShow={setNumber} />
          <Readers report={data} number={version.number} />
          <Earlier reportId={reportId} />
        </div>
      </div>
      {hasFile(version) && <PdfFrame reportId={reportId} number={version.number} />}
    </article>
  );
}

const hasFile = (version: ReportVersion): boolean => typeof version.pdf === 'string';

function ReportHead({ report, version, recorded }: {
  readonly report: Report;
  readonly version: ReportVersion;
  readonly recorded: boolean;
}) {
  return (
    <header className="lz-report-head">
      <h2>
        <Patient patient={report.patient} withId />
      </h2>
      <StatusMark status={report.status} issued={report.issued_number !== null} />
      <MarkLine version={version} />
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
        <dt>{t(version.status === 'entered-in-error' ? 'report.withdrawer' : 'report.reviewer')}</dt>
        <dd>
          {version.reviewer === null ? t('report.status.preliminary') : nameOf(version.reviewer)}{' '}
          {version.reviewed_at !== null && <small>{moment(version.reviewed_at)}</small>}
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
