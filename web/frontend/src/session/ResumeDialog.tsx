import { Button, Modal } from 'antd';
import { useEffect, useState } from 'react';

import { setCsrf } from '../api/client';
import type { Session } from '../api/session';
import { FirstPassword } from '../design/First';
import { t } from '../design/i18n';
import { Trouble } from '../design/states';
import { CodeInput } from './CodeInput';
import { resumeGate } from './resume';
import { useOpening } from './useOpening';

/** Asks the same person for the password, over the page they were on; every refused request then goes on. */
export function ResumeDialog({ account, name, onOpened, onLeave }: {
  readonly account: string;
  readonly name: string;
  readonly onOpened: (session: Session) => void;
  readonly onLeave: () => void;
}) {
  const [open, setOpen] = useState(resumeGate.asking);
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const opening = useOpening();
  const { busy } = opening;
  const missing = password === '' || (opening.asksCode && code === '');
  useEffect(() => resumeGate.listen(setOpen), []);

  const go = async (): Promise<void> => {
    if (missing || busy) return;
    const session = await opening.open(account, password, code);
    if (session === null) return;
    setCsrf(session.csrf);
    resumeGate.opened(session);
    onOpened(session);
    setPassword('');
    setCode('');
    opening.reset();
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
        <Button key="go" type="primary" loading={busy} disabled={missing} onClick={() => void go()}>
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
          onPressEnter={() => void go()}
        />
      </label>
      {opening.asksCode && (
        <label className="lz-field">
          <span>{t('factor.code')}</span>
          <CodeInput value={code} onChange={(event) => setCode(event.target.value)} onPressEnter={() => void go()} />
        </label>
      )}
      {opening.trouble !== null && <Trouble reason={opening.trouble} />}
    </Modal>
  );
}
