import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';

import { type Report, reports } from '../api/studies';
import type { RevisionKind } from '../api/worklist';
import { t } from '../design/i18n';
import { ReasonDialog } from '../design/ReasonDialog';
import { problemText } from '../design/states';
import { may, useSession } from '../session/context';
import { WithdrawDialog } from './WithdrawDialog';

const IN_FORCE = new Set(['final', 'amended', 'corrected', 'appended']);

/** What may be done to an issued report, for those who write or review: correct, add, withdraw. */
export function RevisionBar({ report, onDone }: { readonly report: Report; readonly onDone: () => void }) {
  const { person } = useSession();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [asking, setAsking] = useState<RevisionKind | 'withdrawal' | null>(null);
  const writes = may(person, 'radiologist', 'reviewer', 'cardiologist', 'laboratory-physician');
  const reviewing = report.versions.at(-1)?.number !== report.issued_number;
  if (!writes || report.issued_number === null || reviewing) return null;

  if (report.revision !== null) {
    const abandon = (): void => {
      reports.abandonRevision(report.id).then(onDone, (reason: unknown) => void message.error(problemText(reason)));
    };
    return <Button size="large" onClick={abandon}>{t('report.abandon')}</Button>;
  }

  const start = async (kind: RevisionKind, reason: string): Promise<void> => {
    const { workitem_uid } = await reports.revise(report.id, kind, reason);
    void cache.invalidateQueries({ queryKey: ['worklist'] });
    setAsking(null);
    await navigate(`/read/${workitem_uid}`);
  };
  const withdraw = async (reason: string, password: string): Promise<void> => {
    await reports.withdraw(report.id, reason, password);
    setAsking(null);
    void message.success(t('report.withdrawn'));
    onDone();
  };
  const inForce = IN_FORCE.has(report.status);
  const correctable = inForce || report.status === 'entered-in-error';
  const close = (): void => setAsking(null);
  return (
    <>
      {correctable && <Button size="large" onClick={() => setAsking('correction')}>{t('report.correct')}</Button>}
      {inForce && <Button size="large" onClick={() => setAsking('addendum')}>{t('report.append')}</Button>}
      {inForce && may(person, 'reviewer') && (
        <Button size="large" danger onClick={() => setAsking('withdrawal')}>
          {t('report.withdraw')}
        </Button>
      )}
      <ReasonDialog
        open={asking === 'correction'}
        title={t('report.correctTitle')}
        placeholder={t('report.revisionReason')}
        onGo={(reason) => start('correction', reason)}
        onClose={close}
      >
        <p>{t('report.correctBody')}</p>
      </ReasonDialog>
      <ReasonDialog
        open={asking === 'addendum'}
        title={t('report.appendTitle')}
        placeholder={t('report.revisionReason')}
        onGo={(reason) => start('addendum', reason)}
        onClose={close}
      >
        <p>{t('report.appendBody')}</p>
      </ReasonDialog>
      <WithdrawDialog open={asking === 'withdrawal'} onGo={withdraw} onClose={close} />
    </>
  );
}
