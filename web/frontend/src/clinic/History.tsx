import { nameOf, type Report, type ReportVersion } from '../api/studies';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { Mark, StatusMark } from '../design/Marks';

/** Every version with its state, its doctors and its reason; each can be looked at. */
export function History({ report, shown, onShow }: {
  readonly report: Report;
  readonly shown: number;
  readonly onShow: (number: number) => void;
}) {
  if (report.versions.length < 2) return null;
  return (
    <section className="lz-history" aria-label={t('report.history')}>
      <h3>{t('report.history')}</h3>
      <ol>
        {report.versions.toReversed().map((one) => (
          <li key={one.number}>
            <button type="button" aria-current={one.number === shown} onClick={() => onShow(one.number)}>
              <b>{t('report.version', { n: one.number })}</b>
              {isDraft(one, report) ? <Mark>{t('report.status.written')}</Mark> : <StatusMark status={one.status} issued={one.emergency} />}
              <span>{[nameOf(one.writer), nameOf(one.reviewer)].filter((name) => name !== '').join(' / ')}</span>
              <time dateTime={one.reviewed_at ?? one.written_at}>{moment(one.reviewed_at ?? one.written_at)}</time>
              {one.changed_share > 0 && <small>{t('report.changedShare', { n: percent(one.changed_share) })}</small>}
              {one.reason !== '' && <small>{t('report.reasonWas', { reason: one.reason })}</small>}
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What its writer signed and a later version has gone on from. */
const isDraft = (one: ReportVersion, report: Report): boolean =>
  one.status === 'preliminary' && !one.emergency && one.number !== report.versions.at(-1)?.number;

const percent = (share: number): string => (share < 0.01 ? '<1' : String(Math.round(share * 100)));

/** Which unit has this version, and who has opened it. */
export function Readers({ report, number }: { readonly report: Report; readonly number: number }) {
  const deliveries = report.deliveries.filter((one) => one.number === number);
  if (deliveries.length === 0) return null;
  return (
    <section className="lz-history" aria-label={t('report.readers')}>
      <h3>{t('report.readers')}</h3>
      <ul>
        {deliveries.map((one) => (
          <li key={one.unit.id}>
            {one.unit.name}{' '}
            {one.read_at !== null ? (
              <Mark tone="good">{t('report.readBy', { name: one.read_by, time: moment(one.read_at) })}</Mark>
            ) : (
              <Mark tone="warn">{t(one.state === 'delivered' ? 'report.notRead' : 'report.notDelivered')}</Mark>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
