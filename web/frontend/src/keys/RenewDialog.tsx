import { Form, Modal } from 'antd';
import { useState } from 'react';

import { keys } from '../api/keys';
import { FirstPassword } from '../design/First';
import { t } from '../design/i18n';
import { useChange } from '../design/useChange';

/** A new key and certificate of this centre's authority, for the password. */
export function RenewDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const change = useChange('my-keys');
  const [busy, setBusy] = useState(false);
  const [form] = Form.useForm<{ password: string }>();
  const go = ({ password }: { readonly password: string }): void => {
    setBusy(true);
    void change(keys.renew(password), t('keys.renewed'))
      .then((done) => done && onClose())
      .finally(() => setBusy(false));
  };
  return (
    <Modal
      open={open}
      title={t('keys.renew')}
      onCancel={onClose}
      onOk={form.submit}
      okText={t('keys.renew')}
      cancelText={t('action.cancel')}
      confirmLoading={busy}
      width={420}
      destroyOnHidden
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={go}>
        <Form.Item name="password" label={t('sign.password')} rules={[{ required: true, message: t('signIn.passwordNeeded') }]}>
          <FirstPassword autoComplete="current-password" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
