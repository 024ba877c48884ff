import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, type InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';

import { session as api, type Session } from '../api/session';
import { Foot } from '../app/Foot';
import { LanguageSwitch } from '../app/LanguageSwitch';
import { t } from '../design/i18n';
import { Logo } from '../design/Logo';
import { Trouble } from '../design/states';
import { CodeInput } from './CodeInput';
import { lastAccount } from './lastAccount';
import { useOpening } from './useOpening';

interface Credentials {
  readonly account: string;
  readonly password: string;
  readonly code?: string;
}

export function SignIn({ onOpened }: { readonly onOpened: (session: Session) => void }) {
  const opening = useOpening();
  const account = useRef<InputRef>(null);
  const password = useRef<InputRef>(null);
  const settings = useQuery({ queryKey: ['settings'], queryFn: api.settings, staleTime: Infinity });
  const [known] = useState(lastAccount.read);
  useEffect(() => (known === '' ? account : password).current?.focus(), [known]);

  const submit = async (typed: Credentials): Promise<void> => {
    const session = await opening.open(typed.account.trim(), typed.password, typed.code ?? '');
    if (session !== null) onOpened(session);
    else if (!opening.asksCode) password.current?.select();
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
        <Form<Credentials>
          layout="vertical"
          requiredMark={false}
          size="large"
          initialValues={{ account: known }}
          onValuesChange={(changed: Partial<Credentials>) => changed.code === undefined && opening.asksCode && opening.reset()}
          onFinish={(typed) => void submit(typed)}
        >
          <Form.Item name="account" label={t('signIn.account')} rules={[{ required: true, message: t('signIn.accountNeeded') }]}>
            <Input ref={account} autoComplete="username" autoCapitalize="none" spellCheck={false} maxLength={64} />
          </Form.Item>
          <Form.Item name="password" label={t('signIn.password')} rules={[{ required: true, message: t('signIn.passwordNeeded') }]}>
            <Input.Password ref={password} autoComplete="current-password" maxLength={256} />
          </Form.Item>
          {opening.asksCode && (
            <Form.Item name="code" label={t('factor.code')} rules={[{ required: true, message: t('factor.codeNeeded') }]}>
              <CodeInput />
            </Form.Item>
          )}
          {opening.trouble !== null && <Trouble reason={opening.trouble} />}
          <Button type="primary" htmlType="submit" block loading={opening.busy}>
            {t('signIn.submit')}
          </Button>
        </Form>
        {settings.data?.demo === true && <p className="lz-hint">{t('signIn.demoHint')}</p>}
      </main>
      <Foot />
    </div>
  );
}
