import { useQuery } from '@tanstack/react-query';
import { Modal } from 'antd';

import { nameOf, reports } from '../api/studies';
import { date } from '../design/format';
import { t } from '../design/i18n';
import { Loading, Trouble } from '../design/states';
import { ReportText } from './ReportText';

/** An earlier report beside the one being written. */
export function PriorReport({ reportId, onClose }: { readonly reportId: string | null; readonly onClose: () => void }) {
  const report = useQuery({
    queryKey: ['report', reportId],
    queryFn: () => reports.report(reportId ?? ''),
    enabled: reportId !== null,
  });
  const version = report.data?.versions.at(-1);
  return (
    <Modal open={reportId !== null} onCancel={onClose} footer={null} title={t('read.priors')} mask={false} width={520}>
      {report.isPending && <Loading rows={4} />}
      {report.error !== null && <Trouble reason={report.error} />}
      {version !== undefined && (
        <>
          <p className="lz-hint">
            {date(version.reviewed_at ?? version.written_at)} · {nameOf(version.writer)} / {nameOf(version.reviewer)}
          </p>
          <ReportText content={version.content} />
        </>
      )}
    </Modal>
  );
}
