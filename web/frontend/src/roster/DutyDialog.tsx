import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber, Modal, Popconfirm, Select } from 'antd';

import { admin } from '../api/admin';
import { type Duty, type NewDuty, roster, type Specialty } from '../api/roster';
import type { Role } from '../api/session';
import { clockTime, date } from '../design/format';
import { t } from '../design/i18n';
import { needed } from '../design/rules';
import { stretch } from './week';

const CARRIERS: Readonly<Record<Specialty, readonly Role[]>> = {
  radiology: ['radiologist', 'reviewer'],
  cardiology: ['cardiologist'],
  laboratory: ['laboratory-physician'],
};

interface Fields {
  readonly day: string;
  readonly from: string;
  readonly to: string;
  readonly first: string;
  readonly second?: string | null;
  readonly third?: string | null;
  readonly weeks: number;
}

/** What is being edited: a duty of the roster, or a new one on a day. */
export type Edited = Duty | { readonly day: string };

const isDuty = (edited: Edited): edited is Duty => 'id' in edited;

function start(edited: Edited): Partial<Fields> {
  if (!isDuty(edited)) return { day: edited.day, from: '17:30', to: '08:00', weeks: 1 };
  const [first, second, third] = edited.contacts.map((one) => one.person_id);
  return {
    day: date(edited.begins),
    from: clockTime(edited.begins),
    to: clockTime(edited.ends),
    weeks: 1,
    ...(first === undefined ? {} : { first }),
    second: second ?? null,
    third: third ?? null,
  };
}

const dutyOf = ({ day, from, to, first, second, third, weeks }: Fields, specialty: Specialty): NewDuty => ({
  specialty,
  ...stretch(day, from, to),
  contacts: [first, second ?? '', third ?? ''].filter((one) => one !== ''),
  weeks,
});

export function DutyDialog({ edited, specialty, onSave, onClose }: {
  readonly edited: Edited | null;
  readonly specialty: Specialty;
  readonly onSave: (work: Promise<unknown>) => void;
  readonly onClose: () => void;
}) {
  const people = useQuery({ queryKey: ['people'], queryFn: admin.people, enabled: edited !== null });
  const able = (people.data?.items ?? []).filter(
    ({ active, roles }) => active && roles.some((role) => CARRIERS[specialty].includes(role)),
  );
  const options = able.map(({ id, name, title }) => ({ value: id, label: title === '' ? name : `${name} ${title}` }));
  const known = edited !== null && isDuty(edited) ? edited : null;
  const save = (fields: Fields): void =>
    onSave(known === null ? roster.add(dutyOf(fields, specialty)) : roster.change(known.id, dutyOf(fields, specialty)));
  return (
    <Modal
      open={edited !== null}
      title={`${t(known === null ? 'roster.add' : 'roster.edit')} · ${t(`specialty.${specialty}`)}`}
      footer={null}
      width={460}
      destroyOnHidden
      onCancel={onClose}
    >
      <Form<Fields> layout="vertical" requiredMark={false} initialValues={edited === null ? {} : start(edited)} onFinish={save}>
        <Form.Item name="day" label={t('roster.day')} rules={[needed(t('roster.day'))]}>
          <Input type="date" />
        </Form.Item>
        <div className="lz-form-pair">
          <Form.Item name="from" label={t('roster.from')} rules={[needed(t('roster.from'))]}>
            <Input type="time" />
          </Form.Item>
          <Form.Item name="to" label={t('roster.to')} extra={t('roster.toHint')} rules={[needed(t('roster.to'))]}>
            <Input type="time" />
          </Form.Item>
        </div>
        <Form.Item name="first" label={t('roster.first')} rules={[needed(t('roster.first'))]}>
          <Select options={options} showSearch={{ optionFilterProp: 'label' }} />
        </Form.Item>
        <div className="lz-form-pair">
          <Form.Item name="second" label={t('roster.second')}>
            <Select options={options} allowClear showSearch={{ optionFilterProp: 'label' }} />
          </Form.Item>
          <Form.Item name="third" label={t('roster.third')}>
            <Select options={options} allowClear showSearch={{ optionFilterProp: 'label' }} />
          </Form.Item>
        </div>
        {known === null && (
          <Form.Item name="weeks" label={t('roster.weeks')}>
            <InputNumber min={1} max={26} />
          </Form.Item>
        )}
        <div className="lz-line">
          <Button type="primary" htmlType="submit">
            {t('action.save')}
          </Button>
          {known !== null && (
            <Popconfirm title={t('roster.removeSure')} onConfirm={() => onSave(roster.remove(known.id))}>
              <Button danger>{t('roster.remove')}</Button>
            </Popconfirm>
          )}
        </div>
      </Form>
    </Modal>
  );
}
