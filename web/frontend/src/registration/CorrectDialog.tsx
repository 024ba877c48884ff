import { Form } from 'antd';

import { type OrderFields, type OrderRow, orders } from '../api/orders';
import { t } from '../design/i18n';
import { Correction } from './Correction';
import { HistoryField, ItemField, PriorityField, VisitField } from './fields';

type Fields = Required<OrderFields> & { readonly reason: string };

const asOrdered = ({ item_code, visit_type, priority, history }: OrderRow): Fields => ({ item_code, visit_type, priority, history, reason: '' });

/** What was ordered wrongly is corrected with a reason, as long as nothing was received. */
export function CorrectDialog({ order, onDone, onClose }: {
  readonly order: OrderRow | null;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const [form] = Form.useForm<Fields>();
  return (
    <Correction
      form={form}
      title={t('registration.correctOrder', { number: order?.accession_number ?? '' })}
      before={order && asOrdered(order)}
      correct={async ({ reason, ...fields }) => order && orders.correct(order.id, fields, reason)}
      onDone={onDone}
      onClose={onClose}
    >
      <ItemField />
      <VisitField />
      <PriorityField />
      <HistoryField />
    </Correction>
  );
}
