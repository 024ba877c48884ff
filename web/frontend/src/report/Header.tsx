import { Button, Popover } from 'antd';
import { type ReactNode } from 'react';
import { Link } from 'react-router';

import type { WorkitemDetail } from '../api/worklist';
import { bodyPart } from '../design/format';
import { t } from '../design/i18n';
import { Deadline, Patient, PriorityMark } from '../design/Marks';
import { Logo } from '../design/Logo';

/** Whose examination this is, always in sight: a mix-up of patients starts with a header that scrolled away. */
export function Header({ detail, children }: { readonly detail: WorkitemDetail; readonly children?: ReactNode }) {
  return (
    <header className="lz-read-top">
      <Link to="/worklist" className="lz-brand" aria-label={t('done.list')} title={`${t('done.list')} (Alt L)`}>
        <Logo size={24} />
      </Link>
      <div className="lz-read-who">
        <h1>
          <Patient patient={detail.patient} withId />
        </h1>
        <p>
          <PriorityMark priority={detail.priority} /> <span className="lz-modality">{detail.modality}</span>{' '}
          {[bodyPart(detail.body_part), detail.description, detail.unit.name].filter((text) => text !== '').join(' · ')}{' '}
          <span className="lz-number">{detail.accession_number}</span>
        </p>
      </div>
      <span className="lz-bar-gap" />
      {detail.state !== 'COMPLETED' && <Deadline at={detail.deadline_at} />}
      {children}
    </header>
  );
}

/** Why the examination was asked for, and what was done before. */
export function Background({ detail, onPrior }: {
  readonly detail: WorkitemDetail;
  readonly onPrior: (reportId: string) => void;
}) {
  const order = detail.order?.history?.trim() ?? '';
  const history = detail.order === null ? t('read.noOrder') : order === '' ? t('read.noHistory') : order;
  return (
    <div className="lz-background">
      <p>
        <b>{t('read.history')}</b> {history}
      </p>
      {detail.priors.length > 0 && (
        <Popover
          trigger="click"
          placement="bottomLeft"
          content={
            <ul className="lz-priors">
              {detail.priors.map((prior) => (
                <li key={prior.study_instance_uid}>
                  <span className="lz-number">{prior.date ?? ''}</span> {prior.description}{' '}
                  {prior.report_id !== null && (
                    <Button size="small" onClick={() => onPrior(prior.report_id ?? '')}>
                      {t('column.report')}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          }
        >
          <Button size="small">
            {t('read.priors')} {detail.priors.length}
          </Button>
        </Popover>
      )}
    </div>
  );
}
