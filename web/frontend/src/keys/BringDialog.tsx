import { Form, Input, Modal } from 'antd';
import { useState } from 'react';

import { keys } from '../api/keys';
import { t } from '../design/i18n';
import { useChange } from '../design/useChange';

interface Fields {
  readonly secret?: string;
  readonly password: string;
}

async function base64(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join(''));
}

/** A key and certificate that another authority has given the doctor as one file. */
export function BringDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const change = useChange('my-keys');
  const [file, setFile] = useState<File | null>(null);
  const [busy, setBusy] = useState(false);
  const [form] = Form.useForm<Fields>();
  const go = async ({ secret = '', password }: Fields): Promise<void> => {
    if (file === null) return;
    setBusy(true);
    const done = await change(keys.bring(await base64(file), secret, password), t('keys.imported'));
    setBusy(false);
    if (done) onClose();
  };
  return (
    <Modal
      open={open}
      title={t('keys.import')}
      onCancel={onClose}
      onOk={form.submit}
      okText={t('keys.import')}
      cancelText={t('action.cancel')}
      okButtonProps={{ disabled: file === null }}
      confirmLoading={busy}
      width={420}
      destroyOnHidden
      afterClose={() => setFile(null)}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(fields) => void go(fields)}>
        <Form.Item label={t('keys.file')} htmlFor="keys-file">
          <input
            id="keys-file"
            type="file"
            accept=".p12,.pfx"
            onChange={(event) => setFile(event.target.files?.[0] ?? null)}
          />
        </Form.Item>
        <Form.Item name="secret" label={t('keys.secret')}>
          <Input.Password autoComplete="off" />
        </Form.Item>
        <Form.Item name="password" label={t('sign.password')} rules={[{ required: true, message: t('signIn.passwordNeeded') }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
