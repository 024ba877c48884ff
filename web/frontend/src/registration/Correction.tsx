import { Form, type FormInstance, Input, Modal } from 'antd';
import { type ReactNode, useState } from 'react';

import { t } from '../design/i18n';
import { Trouble } from '../design/states';
import { advance } from './advance';
import { needed } from './fields';

/** A dialog in which something is corrected with a reason; open while `before` holds what stands there now. */
export function Correction<Fields extends object>({ form, title, before, send, onDone, onClose, children }: {
  readonly form: FormInstance<Fields>;
  readonly title: string;
  readonly before: object | null;
  readonly send: (fields: Fields) => Promise<unknown>;
  readonly onDone: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<unknown>(null);
  const go = (fields: Fields): void => {
    setBusy(true);
    setTrouble(null);
    send(fields)
      .then(onDone, setTrouble)
      .finally(() => setBusy(false));
  };
  return (
    <Modal
      open={before !== null}
      title={title}
      okText={t('action.ok')}
      cancelText={t('action.cancel')}
      okButtonProps={{ loading: busy }}
      onOk={() => form.submit()}
      onCancel={onClose}
      afterClose={() => setTrouble(null)}
      destroyOnHidden
      width={480}
    >
      {before !== null && (
        <Form<Fields>
          form={form}
          layout="vertical"
          requiredMark={false}
          onFinish={go}
          onKeyDown={(event) => advance(event, () => form.submit())}
          initialValues={before}
        >
          {children}
          <Form.Item name="reason" label={t('registration.reason')} extra={t('registration.reasonHint')} rules={[needed(t('registration.reason'))]}>
            <Input maxLength={200} autoComplete="off" />
          </Form.Item>
          {trouble !== null && <Trouble reason={trouble} />}
        </Form>
      )}
    </Modal>
  );
}
