import { Button, Form, Input, Modal, Select } from 'antd';

import { admin, type Unit } from '../api/admin';
import { FirstInput } from '../design/First';
import { t } from '../design/i18n';
import { neededWords } from '../design/rules';
import { KINDS, kindWords, LEVELS, levelWords } from './unitWords';

type Fields = Omit<Unit, 'id'>;

const save = (edited: Unit | 'new', fields: Fields): Promise<unknown> => {
  const rest = { parent_id: fields.parent_id ?? null, level: fields.level ?? null, credit_code: fields.credit_code?.trim() || null };
  if (edited === 'new') return admin.addUnit({ ...fields, ...rest });
  return admin.changeUnit(edited.id, { name: fields.name, ...rest });
};

/** A member unit. Kind and code stay as they are: accession numbers began with them. */
export function UnitDialog({ edited, units, onSave, onClose }: {
  readonly edited: Unit | 'new' | null;
  readonly units: readonly Unit[];
  readonly onSave: (work: Promise<unknown>) => void;
  readonly onClose: () => void;
}) {
  const fresh = edited === 'new';
  const known = edited === null || fresh ? null : edited;
  return (
    <Modal open={edited !== null} onCancel={onClose} title={t(fresh ? 'unit.add' : 'unit.edit')} footer={null} destroyOnHidden>
      <Form<Fields>
        layout="vertical"
        requiredMark={false}
        initialValues={known ?? { kind: 'township' }}
        onFinish={(fields) => edited !== null && onSave(save(edited, fields))}
      >
        <Form.Item name="name" label={t('unit.name')} rules={[neededWords(t('unit.name'))]}>
          <FirstInput maxLength={64} />
        </Form.Item>
        <div className="lz-form-pair">
          <Form.Item name="kind" label={t('unit.kind')}>
            <Select disabled={!fresh} options={KINDS.map((value) => ({ value, label: kindWords(value) }))} />
          </Form.Item>
          <Form.Item name="code" label={t('unit.code')} extra={t('unit.codeHint')} rules={[neededWords(t('unit.code'))]}>
            <Input disabled={!fresh} maxLength={6} />
          </Form.Item>
        </div>
        <Form.Item name="level" label={t('unit.level')}>
          <Select allowClear options={LEVELS.map((value) => ({ value, label: levelWords(value) }))} />
        </Form.Item>
        <Form.Item name="credit_code" label={t('unit.creditCode')}>
          <Input maxLength={18} autoComplete="off" />
        </Form.Item>
        <Form.Item name="parent_id" label={t('unit.parent')}>
          <Select allowClear options={units.filter(({ id }) => id !== known?.id).map(({ id, name }) => ({ value: id, label: name }))} />
        </Form.Item>
        <Button type="primary" htmlType="submit">
          {t('action.save')}
        </Button>
      </Form>
    </Modal>
  );
}
