import { Button, Modal } from 'antd';
import { useEffect, useState } from 'react';

import { session as api, type Session } from '../api/session';
import { setCsrf } from '../api/client';
import { FirstPassword } from '../design/First';
import { t } from '../design/i18n';
import { Trouble } from '../design/states';
import { resumeGate } from './resume';

/** Asks the same person for the password, over the page they were on; every refused request then goes on. */
export function ResumeDialog({ account, name, onOpened, onLeave }: {
  readonly account: string;
  readonly name: string;
  readonly onOpened: (session: Session) => void;
  readonly onLeave: () => void;
}) {
  const [open, setOpen] = useState(resumeGate.asking);
  const [password, setPassword] = useState('');
  const [trouble, setTrouble] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => resumeGate.listen(setOpen), []);

  const go = (): void => {
    if (password === '' || busy) return;
    setBusy(true);
    api
      .open(account, password)
      .then((session) => {
        setCsrf(session.csrf);
        resumeGate.opened(session);
        onOpened(session);
        setPassword('');
        setTrouble(null);
      }, setTrouble)
      .finally(() => setBusy(false));
  };

  return (
    <Modal
      open={open}
      title={t('resume.title')}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      zIndex={2000}
      width={440}
      destroyOnHidden
      footer={[
        <Button key="leave" onClick={onLeave}>
          {t('resume.leave')}
        </Button>,
        <Button key="go" type="primary" loading={busy} disabled={password === ''} onClick={go}>
          {t('resume.go')}
        </Button>,
      ]}
    >
      <p>{t('resume.body')}</p>
      <label className="lz-field">
        <span>
          {name} · {account}
        </span>
        <FirstPassword
          value={password}
          aria-label={t('signIn.password')}
          placeholder={t('signIn.password')}
          autoComplete="current-password"
          onChange={(event) => setPassword(event.target.value)}
          onPressEnter={go}
        />
      </label>
      {trouble !== null && <Trouble reason={trouble} />}
    </Modal>
  );
}
