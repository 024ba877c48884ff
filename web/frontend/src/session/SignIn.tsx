import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, type InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';

import { session as api, type Session } from '../api/session';
import { t } from '../design/i18n';
import { Logo } from '../design/Logo';
import { Trouble } from '../design/states';
import { Foot } from '../app/Foot';
import { LanguageSwitch } from '../app/LanguageSwitch';
import { lastAccount } from './lastAccount';

interface Credentials {
  readonly account: string;
  readonly password: string;
}

export function SignIn({ onOpened }: { readonly onOpened: (session: Session) => void }) {
  const [trouble, setTrouble] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const account = useRef<InputRef>(null);
  const password = useRef<InputRef>(null);
  const settings = useQuery({ queryKey: ['settings'], queryFn: api.settings, staleTime: Infinity });
  const [known] = useState(lastAccount.read);
  useEffect(() => (known === '' ? account : password).current?.focus(), [known]);

  const submit = (typed: Credentials): void => {
    setBusy(true);
    api
      .open(typed.account.trim(), typed.password)
      .then(onOpened, (reason: unknown) => {
        setTrouble(reason);
        setBusy(false);
        password.current?.select();
      });
  };

  return (
    <div className="lz-sign-in">
      <header className="lz-sign-in-top">
        <LanguageSwitch />
      </header>
      <main className="lz-sign-in-card">
        <div className="lz-sign-in-mark">
          <Logo size={52} />
          <div>
            <h1>{t('product.name')}</h1>
            <p>{t('product.tagline')}</p>
          </div>
        </div>
        <Form<Credentials> layout="vertical" requiredMark={false} size="large" initialValues={{ account: known }} onFinish={submit}>
          <Form.Item name="account" label={t('signIn.account')} rules={[{ required: true, message: t('signIn.accountNeeded') }]}>
            <Input ref={account} autoComplete="username" autoCapitalize="none" spellCheck={false} maxLength={64} />
          </Form.Item>
          <Form.Item name="password" label={t('signIn.password')} rules={[{ required: true, message: t('signIn.passwordNeeded') }]}>
            <Input.Password ref={password} autoComplete="current-password" maxLength={256} />
          </Form.Item>
          {trouble !== null && <Trouble reason={trouble} />}
          <Button type="primary" htmlType="submit" block loading={busy}>
            {t('signIn.submit')}
          </Button>
        </Form>
        {settings.data?.demo === true && <p className="lz-hint">{t('signIn.demoHint')}</p>}
      </main>
      <Foot />
    </div>
  );
}
