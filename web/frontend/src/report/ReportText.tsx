import type { Content } from '../api/worklist';
import { t } from '../design/i18n';
import { ResultMark } from '../design/Marks';

/** A finished report as text. The findings are data: shown as written, never as markup. */
export function ReportText({ content }: { readonly content: Content }) {
  return (
    <div className="lz-report-text">
      <h3>
        {t('read.impression')} <ResultMark positive={content.positive} />
      </h3>
      <p className="lz-report-impression">{content.impression}</p>
      <h3>{t('read.findings')}</h3>
      <p>{content.findings}</p>
      {content.recommendation !== '' && (
        <>
          <h3>{t('read.recommendation')}</h3>
          <p>{content.recommendation}</p>
        </>
      )}
      {content.addendum !== '' && (
        <>
          <h3>{t('read.addendum')}</h3>
          <p>{content.addendum}</p>
        </>
      )}
    </div>
  );
}
