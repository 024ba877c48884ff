import { Alert, Button, Form } from 'antd';
import { useState } from 'react';

import { type BegunFactor, session as api } from '../api/session';
import { FirstPassword } from '../design/First';
import { t } from '../design/i18n';
import { Trouble } from '../design/states';
import { CodeInput } from './CodeInput';
import { useSession } from './context';

/** Setting up an authenticator: the password, the QR code and its first code, the recovery codes. */

interface Password {
  readonly password: string;
  readonly code?: string;
}

const needed = (message: string) => [{ required: true, message }];

function PasswordStep({ onBegun }: { readonly onBegun: (begun: BegunFactor) => void }) {
  const { person } = useSession();
  const [trouble, setTrouble] = useState<unknown>(null);
  const submit = ({ password, code = '' }: Password): void => void api.beginFactor(password, code).then(onBegun, setTrouble);
  return (
    <Form<Password> layout="vertical" requiredMark={false} onFinish={submit}>
      <p>{t(person.second_factor ? 'factor.renewBody' : 'factor.body')}</p>
      <input type="text" autoComplete="username" defaultValue={person.account} hidden readOnly />
      <Form.Item name="password" label={t('password.old')} rules={needed(t('signIn.passwordNeeded'))}>
        <FirstPassword autoComplete="current-password" />
      </Form.Item>
      {person.second_factor && (
        <Form.Item name="code" label={t('factor.presentCode')} rules={needed(t('factor.codeNeeded'))}>
          <CodeInput />
        </Form.Item>
      )}
      {trouble !== null && <Trouble reason={trouble} />}
      <Button type="primary" htmlType="submit" block>
        {t('factor.next')}
      </Button>
    </Form>
  );
}

function ScanStep({ begun, onCodes }: { readonly begun: BegunFactor; readonly onCodes: (codes: readonly string[]) => void }) {
  const [trouble, setTrouble] = useState<unknown>(null);
  const submit = ({ code }: { readonly code: string }): void =>
    void api.confirmFactor(code).then(({ codes }) => onCodes(codes), setTrouble);
  return (
    <Form<{ readonly code: string }> layout="vertical" requiredMark={false} onFinish={submit}>
      <p>{t('factor.scan')}</p>
      <img className="lz-factor-qr" src={begun.qr} alt={t('factor.qr')} />
      <p>
        {t('factor.byHand')} <code className="lz-factor-secret">{begun.secret.replaceAll(/(.{4})(?=.)/gu, '$1 ')}</code>
      </p>
      <Form.Item name="code" label={t('factor.firstCode')} rules={needed(t('factor.codeNeeded'))}>
        <CodeInput />
      </Form.Item>
      {trouble !== null && <Trouble reason={trouble} />}
      <Button type="primary" htmlType="submit" block>
        {t('factor.confirm')}
      </Button>
    </Form>
  );
}

function CodesStep({ codes, onDone }: { readonly codes: readonly string[]; readonly onDone: () => void }) {
  return (
    <>
      <Alert type="info" showIcon title={t('factor.done')} description={t('factor.keep')} className="lz-trouble" />
      <ol className="lz-factor-codes" aria-label={t('factor.recovery')}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <Button type="primary" block onClick={onDone}>
        {t('factor.kept')}
      </Button>
    </>
  );
}

export function SecondFactor({ onDone }: { readonly onDone: () => void }) {
  const [begun, setBegun] = useState<BegunFactor | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  if (codes !== null) return <CodesStep codes={codes} onDone={onDone} />;
  if (begun !== null) return <ScanStep begun={begun} onCodes={setCodes} />;
  return <PasswordStep onBegun={setBegun} />;
}

/** A page of its own when the county requires it. */
export function SecondFactorPage({ onDone }: { readonly onDone: () => void }) {
  const { signOut } = useSession();
  return (
    <main className="lz-alone">
      <div className="lz-sign-in-card">
        <h1>{t('factor.title')}</h1>
        <Alert type="info" showIcon title={t('factor.required')} className="lz-trouble" />
        <SecondFactor onDone={onDone} />
        <Button type="link" block onClick={() => void signOut()}>
          {t('user.signOut')}
        </Button>
      </div>
    </main>
  );
}
