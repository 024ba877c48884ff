import { Form, Input, Modal } from 'antd';
import { useState } from 'react';

import { type PatientFields, patients, type PatientRow } from '../api/patients';
import { t } from '../design/i18n';
import { Trouble } from '../design/states';
import { advance } from '../registration/advance';
import { BirthField, blank, IdCardField, needed, SexField } from '../registration/fields';
import { readDate } from '../registration/birthDate';
import { readIdCard } from '../registration/idCard';

interface Fields extends PatientFields {
  readonly reason: string;
}

/** Only what differs is sent: the rest stays as it is, and the trail shows what was changed. */
function changed(before: PatientRow, fields: Fields): PatientFields {
  const after = {
    ...fields,
    id_card: fields.id_card?.trim().toUpperCase(),
    birth_date: readDate(fields.birth_date ?? '') ?? '',
  };
  const names = ['name', 'sex', 'birth_date', 'id_card', 'phone'] as const;
  const pairs = names.map((name) => [name, after[name]] as const);
  return Object.fromEntries(pairs.filter(([name, value]) => !blank(value) && value !== (before[name] ?? '')));
}

export function CorrectPatient({ patient, onDone, onClose }: {
  readonly patient: PatientRow | null;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const [form] = Form.useForm<Fields>();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<unknown>(null);
  const go = (fields: Fields): void => {
    if (patient === null) return;
    setBusy(true);
    setTrouble(null);
    patients
      .correct(patient.id, changed(patient, fields), fields.reason)
      .then(onDone, setTrouble)
      .finally(() => setBusy(false));
  };
  const typeCard = (value: string): void => {
    const facts = readIdCard(value);
    if (facts !== null) form.setFieldsValue({ sex: facts.sex, birth_date: facts.birthDate });
  };
  return (
    <Modal
      open={patient !== null}
      title={t('patients.correct')}
      okText={t('action.ok')}
      cancelText={t('action.cancel')}
      okButtonProps={{ loading: busy }}
      onOk={() => form.submit()}
      onCancel={onClose}
      afterClose={() => setTrouble(null)}
      destroyOnHidden
      width={480}
    >
      {patient !== null && (
        <Form<Fields>
          form={form}
          layout="vertical"
          requiredMark={false}
          onFinish={go}
          onKeyDown={(event) => advance(event, () => form.submit())}
          initialValues={{
            name: patient.name,
            sex: patient.sex,
            birth_date: patient.birth_date ?? '',
            id_card: patient.id_card ?? '',
            phone: patient.phone ?? '',
            reason: '',
          }}
        >
          <Form.Item name="name" label={t('orders.name')} rules={[needed(t('orders.name'))]}>
            <Input maxLength={64} autoComplete="off" />
          </Form.Item>
          <IdCardField onType={typeCard} />
          <div className="lz-form-pair">
            <SexField required={false} />
            <BirthField required={false} />
          </div>
          <Form.Item name="phone" label={t('orders.phone')}>
            <Input maxLength={32} type="tel" autoComplete="off" />
          </Form.Item>
          <Form.Item name="reason" label={t('registration.reason')} extra={t('registration.reasonHint')} rules={[needed(t('registration.reason'))]}>
            <Input maxLength={200} autoComplete="off" />
          </Form.Item>
          {trouble !== null && <Trouble reason={trouble} />}
        </Form>
      )}
    </Modal>
  );
}
