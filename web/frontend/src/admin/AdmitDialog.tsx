import { Form, Input, Modal, Select } from 'antd';

import { hospital } from '../api/hospital';
import { t } from '../design/i18n';
import { needed } from '../design/rules';
import { useChange } from '../design/useChange';
import { useUnits } from './useUnits';

interface Fields {
  readonly address: string;
  readonly unit_id: string;
}

/** Let the hospital system at an address send HL7 for a unit; a refused message fills in what it said. */
export function AdmitDialog({ open, address = '', code = '', onClose }: {
  readonly open: boolean;
  readonly address?: string;
  /** The unit's code as the message named it. */
  readonly code?: string;
  readonly onClose: () => void;
}) {
  const [form] = Form.useForm<Fields>();
  const units = useUnits();
  const change = useChange('senders', 'messages');
  const named = units.all.find((unit) => unit.code === code.toUpperCase());
  const go = async ({ address: typed, unit_id: unit }: Fields): Promise<void> => {
    if (await change(hospital.admit(typed.trim(), unit), t('hospital.admitted'))) onClose();
  };
  return (
    <Modal
      open={open}
      title={t('hospital.admitTitle')}
      okText={t('hospital.admit')}
      cancelText={t('action.cancel')}
      onCancel={onClose}
      onOk={form.submit}
      destroyOnHidden
      width={480}
    >
      <p className="lz-hint">{t('hospital.admitHint')}</p>
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        preserve={false}
        initialValues={{ address, ...(named === undefined ? {} : { unit_id: named.id }) }}
        onFinish={(fields) => void go(fields)}
      >
        <Form.Item name="address" label={t('hospital.address')} rules={[needed(t('hospital.address'))]}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="unit_id" label={t('hospital.unit')} rules={[needed(t('hospital.unit'))]}>
          <Select options={units.all.map((unit) => ({ value: unit.id, label: `${unit.name} ${unit.code}` }))} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
