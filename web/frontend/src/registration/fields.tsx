import { useQuery } from '@tanstack/react-query';
import { Form, Input, Radio, Select } from 'antd';
import type { ReactNode } from 'react';

import { catalogue } from '../api/catalogue';
import { VISIT_TYPES } from '../api/orders';
import { date } from '../design/format';
import { t } from '../design/i18n';
import { finds } from '../design/pinyin';
import { neededWords } from '../design/rules';
import { readDate } from './birthDate';
import { readIdCard } from './idCard';

/** The parts that the registration and its corrections have in common. */

export const blank = (value: string | undefined): boolean => value === undefined || value.trim() === '';

const idCardRule = {
  validator: (_rule: unknown, value: string | undefined): Promise<void> => {
    if (blank(value) || readIdCard(value ?? '') !== null) return Promise.resolve();
    const old = /^\s*\d{15}\s*$/u.test(value ?? '');
    return Promise.reject(new Error(t(old ? 'orders.idCardOld' : 'orders.idCardWrong')));
  },
};

export function IdCardField({ onType }: { readonly onType?: (value: string) => void }) {
  return (
    <Form.Item name="id_card" label={t('orders.idCard')} extra={t('orders.idCardHint')} rules={[idCardRule]} validateTrigger="onBlur">
      <Input maxLength={18} autoComplete="off" inputMode="text" onChange={(event) => onType?.(event.target.value)} />
    </Form.Item>
  );
}

export function SexField({ required = true }: { readonly required?: boolean }) {
  return (
    <Form.Item name="sex" label={t('orders.sex')} rules={required ? [neededWords(t('orders.sex'))] : []}>
      <Radio.Group optionType="button" options={(['M', 'F', 'O'] as const).map((value) => ({ value, label: t(`sex.${value}`) }))} />
    </Form.Item>
  );
}

const birthRule = {
  validator: (_rule: unknown, value: string | undefined): Promise<void> => {
    if (blank(value)) return Promise.resolve();
    const day = readDate(value ?? '');
    if (day === null) return Promise.reject(new Error(t('registration.noDay')));
    return day <= date(Date.now()) ? Promise.resolve() : Promise.reject(new Error(t('registration.future')));
  },
};

/** Typed in one go, in any usual way; a calendar to click through eighty years helps nobody. */
export function BirthField({ required = true }: { readonly required?: boolean }) {
  const form = Form.useFormInstance<{ birth_date?: string }>();
  const tidy = (value: string): void => {
    const day = readDate(value);
    if (day !== null) form.setFieldsValue({ birth_date: day });
  };
  return (
    <Form.Item
      name="birth_date"
      label={t('orders.birthDate')}
      rules={required ? [neededWords(t('orders.birthDate')), birthRule] : [birthRule]}
      validateTrigger="onBlur"
    >
      <Input maxLength={16} autoComplete="off" inputMode="numeric" placeholder="19800102" onBlur={(event) => tidy(event.target.value)} />
    </Form.Item>
  );
}

const itemOption = (option: { readonly label?: ReactNode; readonly value?: string | number | null }): ReactNode => (
  <span className="lz-item-option">
    {option.label} <small>{option.value}</small>
  </span>
);

export function ItemField() {
  const items = useQuery({ queryKey: ['items'], queryFn: catalogue.orderable, staleTime: 600_000 });
  return (
    <Form.Item name="item_code" label={t('orders.item')} rules={[neededWords(t('orders.item'))]}>
      <Select
        loading={items.isPending}
        showSearch={{ filterOption: (typed, option) => finds(typed, option?.label ?? '') || finds(typed, option?.value ?? '') }}
        placeholder={t('registration.itemHint')}
        options={(items.data?.items ?? []).map(({ code, name }) => ({ value: code, label: name }))}
        optionRender={itemOption}
      />
    </Form.Item>
  );
}

export function VisitField() {
  return (
    <Form.Item name="visit_type" label={t('registration.visit')}>
      <Radio.Group optionType="button" options={VISIT_TYPES.map((value) => ({ value, label: t(`registration.visit.${value}`) }))} />
    </Form.Item>
  );
}

export function PriorityField() {
  return (
    <Form.Item name="priority" label={t('column.priority')}>
      <Radio.Group
        optionType="button"
        options={(['MEDIUM', 'HIGH', 'LOW'] as const).map((value) => ({ value, label: t(`priority.${value}`) }))}
      />
    </Form.Item>
  );
}

export function HistoryField() {
  return (
    <Form.Item name="history" label={t('orders.history')}>
      <Input.TextArea rows={2} maxLength={2000} />
    </Form.Item>
  );
}
