import { nameOf, type Report, type ReportVersion } from '../api/studies';
import { DiffView } from '../report/DiffView';

/** What a version has changed of the one that it was made from, for whoever may see both. */
export function Changed({ report, version }: { readonly report: Report; readonly version: ReportVersion }) {
  const base = report.versions.find((one) => one.number === version.base_number);
  if (base === undefined || version.changes.length === 0) return null;
  return <DiffView before={base.content} after={version.content} writer={nameOf(base.writer)} />;
}
