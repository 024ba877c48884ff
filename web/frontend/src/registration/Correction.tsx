import { Form, type FormInstance, Input, Modal } from 'antd';
import type { ReactNode } from 'react';

import { t } from '../design/i18n';
import { neededWords } from '../design/rules';
import { Trouble } from '../design/states';
import { useSending } from '../design/useSending';
import { advance } from './advance';

/** A dialog in which something is corrected with a reason; open while `before` holds what stands there now. */
export function Correction<Fields extends object>({ form, title, before, correct, onDone, onClose, children }: {
  readonly form: FormInstance<Fields>;
  readonly title: string;
  readonly before: object | null;
  readonly correct: (fields: Fields) => Promise<unknown>;
  readonly onDone: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const { busy, trouble, send, setTrouble } = useSending();
  return (
    <Modal
      open={before !== null}
      title={title}
      okText={t('action.ok')}
      cancelText={t('action.cancel')}
      okButtonProps={{ loading: busy }}
      onOk={() => form.submit()}
      onCancel={onClose}
      mask={{ closable: false }}
      afterClose={() => setTrouble(null)}
      destroyOnHidden
      width={480}
    >
      {before !== null && (
        <Form<Fields>
          form={form}
          layout="vertical"
          requiredMark={false}
          onFinish={(fields) => send(correct(fields), onDone)}
          onKeyDown={(event) => advance(event, () => form.submit())}
          initialValues={before}
        >
          {children}
          <Form.Item name="reason" label={t('registration.reason')} extra={t('registration.reasonHint')} rules={[neededWords(t('registration.reason'))]}>
            <Input maxLength={200} autoComplete="off" />
          </Form.Item>
          {trouble !== null && <Trouble reason={trouble} />}
        </Form>
      )}
    </Modal>
  );
}
