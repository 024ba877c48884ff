import { AutoComplete, Button, Form, Input, Modal, Select } from 'antd';

import { admin, type PersonRow } from '../api/admin';
import type { Role } from '../api/session';
import { t } from '../design/i18n';
import { needed } from '../design/rules';
import type { Units } from './useUnits';

const ROLES: readonly Role[] = [
  'technician',
  'radiologist',
  'reviewer',
  'cardiologist',
  'laboratory-physician',
  'clinician',
  'quality-officer',
  'administrator',
];

/** Professional titles that qualify for reports; another one may be typed. */
const TITLES = [
  '住院医师', '主治医师', '副主任医师', '主任医师', '技士', '技师', '主管技师', '副主任技师', '主任技师',
].map((value) => ({ value }));

interface Fields {
  readonly account: string;
  readonly name: string;
  readonly title?: string;
  readonly licence_number?: string;
  readonly licence_until?: string | null;
  readonly practising_since?: string | null;
  readonly phone?: string;
  readonly unit_id: string;
  readonly roles: readonly Role[];
  readonly password?: string;
}

function save(edited: PersonRow | 'new', fields: Fields): Promise<unknown> {
  const { account, password = '', title = '', licence_number = '', phone = '', ...rest } = fields;
  const dates = { licence_until: fields.licence_until || null, practising_since: fields.practising_since || null };
  const person = { ...rest, ...dates, title, licence_number, phone };
  if (edited === 'new') return admin.addPerson({ account, password, ...person });
  return admin.changePerson(edited.id, password === '' ? person : { ...person, password });
}

export function PersonDialog({ edited, units, onSave, onClose }: {
  readonly edited: PersonRow | 'new' | null;
  readonly units: Units;
  readonly onSave: (work: Promise<unknown>) => void;
  readonly onClose: () => void;
}) {
  const fresh = edited === 'new';
  return (
    <Modal open={edited !== null} onCancel={onClose} title={t(fresh ? 'person.add' : 'person.edit')} footer={null} destroyOnHidden>
      <Form<Fields>
        layout="vertical"
        requiredMark={false}
        initialValues={edited === null || fresh ? {} : edited}
        onFinish={(fields) => edited !== null && onSave(save(edited, fields))}
      >
        <div className="lz-form-pair">
          <Form.Item name="account" label={t('person.account')} rules={[needed(t('person.account'))]}>
            <Input disabled={!fresh} maxLength={64} autoComplete="off" />
          </Form.Item>
          <Form.Item name="name" label={t('person.name')} rules={[needed(t('person.name'))]}>
            <Input maxLength={64} autoComplete="off" />
          </Form.Item>
        </div>
        <div className="lz-form-pair">
          <Form.Item name="title" label={t('person.title')}>
            <AutoComplete options={TITLES} allowClear maxLength={64} />
          </Form.Item>
          <Form.Item name="licence_number" label={t('person.licence')}>
            <Input maxLength={64} />
          </Form.Item>
        </div>
        <div className="lz-form-pair">
          <Form.Item name="licence_until" label={t('person.licenceUntil')}>
            <Input type="date" />
          </Form.Item>
          <Form.Item name="practising_since" label={t('person.practisingSince')}>
            <Input type="date" />
          </Form.Item>
        </div>
        <Form.Item name="phone" label={t('person.phone')}>
          <Input type="tel" maxLength={32} autoComplete="off" />
        </Form.Item>
        <Form.Item name="unit_id" label={t('person.unit')} rules={[needed(t('person.unit'))]}>
          <Select options={units.options} />
        </Form.Item>
        <Form.Item name="roles" label={t('person.roles')} rules={[needed(t('person.roles'))]}>
          <Select mode="multiple" options={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))} />
        </Form.Item>
        <Form.Item
          name="password"
          label={t(fresh ? 'person.password' : 'password.new')}
          extra={t(fresh ? 'person.passwordHint' : 'person.passwordKeep')}
          rules={fresh ? [{ required: true, min: 8, message: t('password.short', { n: 8 }) }] : []}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit">
          {t('action.save')}
        </Button>
      </Form>
    </Modal>
  );
}
