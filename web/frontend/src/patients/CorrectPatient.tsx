import { Form, Input } from 'antd';

import { type PatientFields, patients, type PatientRow } from '../api/patients';
import { t } from '../design/i18n';
import { neededWords } from '../design/rules';
import { Correction } from '../registration/Correction';
import { BirthField, blank, IdCardField, SexField } from '../registration/fields';
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

const asRegistered = ({ name, sex, birth_date, id_card, phone }: PatientRow): object => ({
  name,
  sex,
  birth_date: birth_date ?? '',
  id_card: id_card ?? '',
  phone: phone ?? '',
  reason: '',
});

export function CorrectPatient({ patient, onDone, onClose }: {
  readonly patient: PatientRow | null;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const [form] = Form.useForm<Fields>();
  const typeCard = (value: string): void => {
    const facts = readIdCard(value);
    if (facts !== null) form.setFieldsValue({ sex: facts.sex, birth_date: facts.birthDate });
  };
  return (
    <Correction
      form={form}
      title={t('patients.correct')}
      before={patient && asRegistered(patient)}
      correct={async (fields) => patient && patients.correct(patient.id, changed(patient, fields), fields.reason)}
      onDone={onDone}
      onClose={onClose}
    >
      <Form.Item name="name" label={t('orders.name')} rules={[neededWords(t('orders.name'))]}>
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
    </Correction>
  );
}
