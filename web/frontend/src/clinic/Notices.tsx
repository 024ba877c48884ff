import { Alert, Button } from 'antd';

import type { Report, ReportVersion } from '../api/studies';
import { t } from '../design/i18n';

/** What must be known before a version is read: revised, withdrawn, or one doctor's alone. */
export function Notices({ report, version, onNewest }: {
  readonly report: Report;
  readonly version: ReportVersion;
  readonly onNewest: () => void;
}) {
  const reason = version.reason === '' ? null : t('report.reasonWas', { reason: version.reason });
  return (
    <>
      {version.superseded_by !== null && (
        <Alert
          type="error"
          showIcon
          title={t('report.superseded', { n: version.superseded_by })}
          action={<Button onClick={onNewest}>{t('report.seeNewest')}</Button>}
        />
      )}
      {version.status === 'entered-in-error' && <Alert type="error" showIcon title={t('report.withdrawnNotice')} description={reason} />}
      {version.emergency && <Alert type="warning" showIcon title={t('report.emergencyNotice')} description={t('report.emergencyBody')} />}
      {reason !== null && version.status !== 'entered-in-error' && version.superseded_by === null && (
        <Alert type="info" showIcon title={reason} />
      )}
      {report.revision !== null && version.superseded_by === null && (
        <Alert type="info" showIcon title={t('report.revising', { reason: report.revision_reason })} />
      )}
    </>
  );
}
