import { Alert, App, Button, Form, Input } from 'antd';
import { useState } from 'react';

import { FirstPassword } from '../design/First';
import { t } from '../design/i18n';
import { Trouble } from '../design/states';
import { useSession } from './context';

const SHORTEST = 8;

interface Fields {
  readonly old: string;
  readonly next: string;
  readonly again: string;
}

/** Change the own password: a page of its own when it must be done, part of a dialog otherwise. */
export function ChangePassword({ forced = false, onDone }: { readonly forced?: boolean; readonly onDone: () => void }) {
  const { person, changePassword } = useSession();
  const { message } = App.useApp();
  const [trouble, setTrouble] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  const submit = ({ old, next }: Fields): void => {
    setBusy(true);
    changePassword(old, next)
      .then(() => {
        void message.success(t('password.changed'));
        onDone();
      }, setTrouble)
      .finally(() => setBusy(false));
  };

  const form = (
    <Form<Fields> layout="vertical" requiredMark={false} onFinish={submit}>
      <input type="text" autoComplete="username" defaultValue={person.account} hidden readOnly />
      {forced && <Alert type="info" showIcon title={t('password.must')} className="lz-trouble" />}
      <Form.Item name="old" label={t('password.old')} rules={[{ required: true, message: t('signIn.passwordNeeded') }]}>
        <FirstPassword autoComplete="current-password" />
      </Form.Item>
      <Form.Item
        name="next"
        label={t('password.new')}
        dependencies={['old']}
        rules={[
          { required: true, min: SHORTEST, message: t('password.short', { n: SHORTEST }) },
          ({ getFieldValue }) => ({
            validator: (_rule, value) =>
              value !== undefined && value !== '' && value === getFieldValue('old')
                ? Promise.reject(new Error(t('password.same')))
                : Promise.resolve(),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('password.again')}
        dependencies={['next']}
        rules={[
          ({ getFieldValue }) => ({
            validator: (_rule, value) =>
              value === getFieldValue('next') ? Promise.resolve() : Promise.reject(new Error(t('password.different'))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      {trouble !== null && <Trouble reason={trouble} />}
      <Button type="primary" htmlType="submit" loading={busy} block={forced}>
        {t('user.changePassword')}
      </Button>
    </Form>
  );
  if (!forced) return form;
  return (
    <main className="lz-alone">
      <div className="lz-sign-in-card">
        <h1>{t('user.changePassword')}</h1>
        {form}
      </div>
    </main>
  );
}
