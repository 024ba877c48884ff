import { Alert, Button } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';

import { worklist, type WorkitemDetail } from '../api/worklist';
import { clockTime } from '../design/format';
import { t } from '../design/i18n';
import { StatusMark } from '../design/Marks';
import { ReasonDialog } from '../design/ReasonDialog';
import { Trouble } from '../design/states';
import { useKeys } from '../design/useKeys';
import { useSession } from '../session/context';
import { startOf } from './content';
import { Background, Header } from './Header';
import { Images } from './Images';
import { claims } from './keep';
import type { Holding } from './obtain';
import { PriorReport } from './PriorReport';
import { ReportText } from './ReportText';
import { Split } from './Split';
import { useNext } from './useActions';

const nothing = (): void => undefined;

/** An item that is finished, or that somebody else works on: seen, and taken over with a reason. */
export function ReadOnly({ detail, holding }: { readonly detail: WorkitemDetail; readonly holding: Holding }) {
  const { person } = useSession();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const [prior, setPrior] = useState<string | null>(null);
  const { next } = useNext(detail.kind, detail.uid);
  useKeys({ next, list: () => void navigate('/worklist') });
  const holder = detail.claimed_by?.name ?? '';

  const takeOver = async (reason: string): Promise<void> => {
    const claim = await worklist.takeOver(detail.uid, reason);
    claims.write(person.id, claim);
    setAsking(false);
    await navigate(`/read/${claim.uid}`);
  };

  return (
    <div className="lz-read">
      <Header detail={detail}>
        <span className="lz-mark lz-mark-plain">{t('read.readOnly')}</span>
      </Header>
      <Split
        left={
          <Images studyInstanceUid={detail.study_instance_uid} onMeasurement={nothing} onKeyImage={nothing} onQuality={nothing} />
        }
        right={
          <section className="lz-panel" aria-label={t('read.report')}>
            {holding.is === 'closed' && <Alert type="info" showIcon banner title={t('read.closed')} />}
            {holding.is === 'refused' && <Trouble reason={holding.error} />}
            {holding.is === 'taken' && (
              <Alert
                type="warning"
                showIcon
                banner
                title={t('read.heldBy', { name: holder, time: detail.lease_until === null ? '–' : clockTime(detail.lease_until) })}
                action={<Button onClick={() => setAsking(true)}>{t('read.takeOver')}</Button>}
              />
            )}
            <Background detail={detail} onPrior={setPrior} />
            {detail.report !== null && detail.report.issued_number !== null && (
              <p className="lz-panel-tools">
                <StatusMark status={detail.report.status} issued />
                <Link to={`/reports/${detail.report.id}`}>
                  <Button>{t('report.openReport')}</Button>
                </Link>
              </p>
            )}
            <div className="lz-panel-scroll">
              <ReportText content={startOf(detail)} />
            </div>
          </section>
        }
      />
      <ReasonDialog
        open={asking}
        title={t('takeOver.title')}
        placeholder={t('takeOver.placeholder')}
        onGo={takeOver}
        onClose={() => setAsking(false)}
      >
        <p>{t('takeOver.body', { name: holder })}</p>
      </ReasonDialog>
      <PriorReport reportId={prior} onClose={() => setPrior(null)} />
    </div>
  );
}
