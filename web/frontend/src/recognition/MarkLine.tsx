import type { ReportVersion } from '../api/studies';
import { t } from '../design/i18n';
import { say } from './words';


/** The mark as it is printed on this version, or why none is. */
export function MarkLine({ version }: { readonly version: ReportVersion }) {
  if (version.mark !== null && version.mark !== undefined) {
    return (
      <span className="lz-hr" title={t('mark.shown', { text: version.mark.text })}>
        {version.mark.text}
      </span>
    );
  }
  if (version.mark_missing === null || version.mark_missing === undefined) return null;
  return <small className="lz-hint">{t('mark.missing', { why: say(version.mark_missing) })}</small>;
}
