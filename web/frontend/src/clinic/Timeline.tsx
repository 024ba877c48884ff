import './clinic.css';

import { thumbnail } from '../api/previews';
import type { ResultRow } from '../api/results';
import { t } from '../design/i18n';
import { Mark, ResultMark, StatusMark } from '../design/Marks';
import { Trend } from './Trend';

/** A person's results through the years: the trend above, every result with its sentence below. */
export function Timeline({ rows, current, onOpen }: {
  readonly rows: readonly ResultRow[];
  readonly current: string | null;
  readonly onOpen: (reportId: string) => void;
}) {
  return (
    <>
      <Trend rows={rows} current={current} onOpen={onOpen} />
      <ol className="lz-timeline">
        {rows.map((row) => (
          <li key={row.report_id}>
            <button type="button" aria-current={row.report_id === current} onClick={() => onOpen(row.report_id)}>
              <img src={thumbnail(row.study_instance_uid)} alt="" width="52" height="52" loading="lazy" />
              <span className="lz-timeline-top">
                <time dateTime={row.study_at}>{row.study_at.slice(0, 10)}</time>
                <b>{row.item_name}</b>
                <ResultMark positive={row.positive} />
                {row.status !== 'final' && <StatusMark status={row.status} issued />}
                {row.report_id === current && <Mark tone="busy">{t('results.this')}</Mark>}
              </span>
              <span className="lz-timeline-said">{row.impression}</span>
              <span className="lz-timeline-unit">
                {row.unit}
                {!row.own && ` · ${t('results.elsewhere')}`}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}
