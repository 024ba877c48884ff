import { Form, Input, Modal } from 'antd';
import { useState } from 'react';

import { type OrderFields, registered } from '../api/patients';
import type { OrderRow } from '../api/studies';
import { t } from '../design/i18n';
import { Trouble } from '../design/states';
import { advance } from './advance';
import { HistoryField, ItemField, needed, PriorityField, VisitField } from './fields';

type Fields = Required<OrderFields> & { readonly reason: string };

/** What was ordered wrongly is corrected with a reason, as long as nothing was received. */
export function CorrectDialog({ order, onDone, onClose }: {
  readonly order: OrderRow | null;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const [form] = Form.useForm<Fields>();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<unknown>(null);
  const go = ({ reason, ...fields }: Fields): void => {
    if (order === null) return;
    setBusy(true);
    setTrouble(null);
    registered
      .correct(order.id, fields, reason)
      .then(onDone, setTrouble)
      .finally(() => setBusy(false));
  };
  return (
    <Modal
      open={order !== null}
      title={t('registration.correctOrder', { number: order?.accession_number ?? '' })}
      okText={t('action.ok')}
      cancelText={t('action.cancel')}
      okButtonProps={{ loading: busy }}
      onOk={() => form.submit()}
      onCancel={onClose}
      afterClose={() => setTrouble(null)}
      destroyOnHidden
      width={480}
    >
      {order !== null && (
        <Form<Fields>
          form={form}
          layout="vertical"
          requiredMark={false}
          onFinish={go}
          onKeyDown={(event) => advance(event, () => form.submit())}
          initialValues={{
            item_code: order.item_code,
            visit_type: order.visit_type,
            priority: order.priority,
            history: order.history,
            reason: '',
          }}
        >
          <ItemField />
          <VisitField />
          <PriorityField />
          <HistoryField />
          <Form.Item name="reason" label={t('registration.reason')} extra={t('registration.reasonHint')} rules={[needed(t('registration.reason'))]}>
            <Input maxLength={200} autoComplete="off" />
          </Form.Item>
          {trouble !== null && <Trouble reason={trouble} />}
        </Form>
      )}
    </Modal>
  );
}
