import { Button, Form, Input, InputNumber, Modal, Select } from 'antd';

import type { Device } from '../api/admin';
import { FirstInput } from '../design/First';
import { t } from '../design/i18n';
import { needed } from '../design/rules';
import type { Units } from './useUnits';

export type NewDevice = Omit<Device, 'id' | 'active'>;

const MODALITIES = ['DX', 'CR', 'CT', 'MR', 'US', 'MG', 'RF', 'XA', 'ECG', 'OT'];
const CHARACTER_SETS = ['GB18030', 'ISO_IR 192', 'pinyin'] as const;

export const charset = (value: string): string => {
  const known = CHARACTER_SETS.find((one) => one === value);
  return known === undefined ? value : t(`device.charset.${known}`);
};

/** What a dialog begins with: a device that is known, what is known of one that knocked, or nothing. */
export type Start = Device | Partial<NewDevice>;

const isKnown = (start: Start | null): start is Device => start !== null && 'id' in start;

const NOTHING: NewDevice = {
  aet: '',
  unit_id: '',
  name: '',
  modality: '',
  address: null,
  character_set: 'GB18030',
  limits: { object_mib: null, associations: null },
};

/** What was typed, without the fields that nobody touched. */
function read(fields: Partial<NewDevice>): NewDevice {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const device: NewDevice = { ...NOTHING, ...given };
  const address = device.address?.trim() ?? '';
  const limits = { object_mib: device.limits.object_mib ?? null, associations: device.limits.associations ?? null };
  return { ...device, aet: device.aet.trim(), address: address === '' ? null : address, limits };
}

export function DeviceDialog({ start, likely, units, onSave, onClose }: {
  readonly start: Start | null;
  /** The device at the same address whose unit was chosen for this one. */
  readonly likely: Device | undefined;
  readonly units: Units;
  readonly onSave: (device: NewDevice, id: string | null) => void;
  readonly onClose: () => void;
}) {
  const known = isKnown(start);
  return (
    <Modal open={start !== null} onCancel={onClose} title={t(known ? 'device.edit' : 'device.admitTitle')} footer={null} destroyOnHidden>
      <Form<Partial<NewDevice>>
        layout="vertical"
        initialValues={{ character_set: 'GB18030', ...start }}
        onFinish={(fields) => onSave(read(fields), known ? start.id : null)}
        requiredMark={false}
      >
        <Form.Item name="aet" label={t('device.aet')} rules={[{ required: true, pattern: /^[\x21-\x5B\x5D-\x7E ]{1,16}$/u, message: t('device.aetRule') }]}>
          <FirstInput maxLength={16} disabled={known} />
        </Form.Item>
        <Form.Item
          name="unit_id"
          label={t('column.unit')}
          rules={[needed(t('column.unit'))]}
          extra={likely === undefined ? undefined : t('device.likely', { aet: likely.aet })}
        >
          <Select options={units.options} />
        </Form.Item>
        <Form.Item name="name" label={t('device.name')} rules={known ? [needed(t('device.name'))] : []}>
          <Input maxLength={64} />
        </Form.Item>
        <div className="lz-form-pair">
          <Form.Item name="modality" label={t('device.modality')}>
            <Select allowClear options={MODALITIES.map((value) => ({ value, label: value }))} />
          </Form.Item>
          <Form.Item name="address" label={t('device.address')} extra={t('device.addressHint')}>
            <Input maxLength={64} />
          </Form.Item>
        </div>
        <Form.Item name="character_set" label={t('device.charset')} extra={t('device.charsetHint')}>
          <Select options={CHARACTER_SETS.map((value) => ({ value, label: t(`device.charset.${value}`) }))} />
        </Form.Item>
        <div className="lz-form-pair">
          <Form.Item name={['limits', 'object_mib']} label={t('device.objectMib')} extra={t('device.limitHint')}>
            <InputNumber min={1} max={100_000} />
          </Form.Item>
          <Form.Item name={['limits', 'associations']} label={t('device.associations')} extra={t('device.limitHint')}>
            <InputNumber min={1} max={1000} />
          </Form.Item>
        </div>
        <Button type="primary" htmlType="submit">
          {t(known ? 'action.save' : 'device.admit')}
        </Button>
      </Form>
    </Modal>
  );
}
