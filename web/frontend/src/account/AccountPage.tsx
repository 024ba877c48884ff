import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useState } from 'react';

import { SessionList } from '../admin/SessionsPart';
import { session as api } from '../api/session';
import { moment } from '../design/format';
import { t } from '../design/i18n';
import { Mark } from '../design/Marks';
import { Trouble } from '../design/states';
import { ChangePassword } from '../session/ChangePassword';
import { useSession } from '../session/context';
import { SecondFactor } from '../session/SecondFactor';

function Factor() {
  const query = useQuery({ queryKey: ['factor'], queryFn: api.factor });
  const cache = useQueryClient();
  const { ask } = useSession();
  const [open, setOpen] = useState(false);
  const close = (): void => {
    setOpen(false);
    ask();
    void cache.invalidateQueries({ queryKey: ['factor'] });
    void cache.invalidateQueries({ queryKey: ['my-sessions'] });
  };
  if (query.error !== null) return <Trouble reason={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return null;
  const { enrolled_at, recovery_left } = query.data;
  return (
    <div className="lz-line">
      <Mark tone={enrolled_at === null ? 'plain' : 'good'}>{t(enrolled_at === null ? 'factor.off' : 'factor.on')}</Mark>
      {enrolled_at !== null && <span>{t('factor.since', { at: moment(enrolled_at), n: recovery_left })}</span>}
      <Button onClick={() => setOpen(true)}>{t(enrolled_at === null ? 'factor.setUp' : 'factor.renew')}</Button>
      <Modal open={open} title={t('factor.title')} footer={null} width={440} destroyOnHidden mask={{ closable: false }} onCancel={close}>
        <SecondFactor onDone={close} />
      </Modal>
    </div>
  );
}

/** What keeps the own account safe: password, authenticator, and where it is signed in. */
export default function AccountPage() {
  const [open, setOpen] = useState(false);
  return (
    <section className="lz-page lz-page-narrow lz-account">
      <h1>{t('account.title')}</h1>
      <div className="lz-card">
        <h2>{t('signIn.password')}</h2>
        <Button onClick={() => setOpen(true)}>{t('user.changePassword')}</Button>
      </div>
      <div className="lz-card">
        <h2>{t('factor.title')}</h2>
        <p className="lz-hint">{t('factor.hint')}</p>
        <Factor />
      </div>
      <div className="lz-card">
        <h2>{t('account.sessions')}</h2>
        <p className="lz-hint">{t('account.sessionsHint')}</p>
        <SessionList title="account.sessions" name="my-sessions" read={api.mine} end={api.end} />
      </div>
      <Modal open={open} onCancel={() => setOpen(false)} footer={null} title={t('user.changePassword')} destroyOnHidden width={420}>
        <ChangePassword onDone={() => setOpen(false)} />
      </Modal>
    </section>
  );
}
