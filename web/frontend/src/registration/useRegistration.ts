import { Form } from 'antd';
import { type ClipboardEvent, useEffect, useState } from 'react';

import { type OrderRow, orders, type VisitType } from '../api/orders';
import { patients, type PatientRow, type Sex } from '../api/patients';
import type { Priority } from '../api/worklist';
import { useSending } from '../design/useSending';
import { readDate } from './birthDate';
import { blank } from './fields';
import { readIdCard } from './idCard';
import { type CardText, looksLikeCard, readCardText } from './readerText';

export interface Fields {
  readonly name: string;
  readonly patient_id?: string;
  readonly sex: Sex;
  readonly birth_date?: string;
  readonly id_card?: string;
  readonly phone?: string;
  readonly item_code: string;
  readonly visit_type: VisitType;
  readonly priority: Priority;
  readonly history?: string;
}

const orNull = (value: string | undefined): string | null => (blank(value) ? null : (value ?? '').trim());

const order = (fields: Fields): Promise<OrderRow> =>
  orders.create({
    patient: {
      name: fields.name.trim(),
      patient_id: fields.patient_id?.trim() ?? '',
      sex: fields.sex,
      birth_date: readDate(fields.birth_date ?? ''),
      id_card: orNull(fields.id_card)?.toUpperCase() ?? null,
      phone: orNull(fields.phone),
    },
    item_code: fields.item_code,
    visit_type: fields.visit_type,
    priority: fields.priority,
    history: fields.history?.trim() ?? '',
  });

const NO_ONE = ['name', 'patient_id', 'sex', 'birth_date', 'id_card', 'phone'] as const;

/** What the registration does with what is typed, pasted, read from a card or picked from the known ones. */
export function useRegistration(onCreated: () => void) {
  const [form] = Form.useForm<Fields>();
  const [created, setCreated] = useState<OrderRow | null>(null);
  const { busy, trouble, send, setTrouble } = useSending();
  const [picked, setPicked] = useState<PatientRow | null>(null);
  const [reading, setReading] = useState(false);
  const [typed, setTyped] = useState('');

  const submit = (fields: Fields): void =>
    send(order(fields), (row) => {
      setCreated(row);
      setPicked(null);
      setTyped('');
      onCreated();
    });
  const fill = (card: CardText): void => {
    form.setFieldsValue({ name: card.name, id_card: card.idCard, sex: card.sex, birth_date: card.birthDate });
    setTyped(card.idCard);
    setReading(false);
    form.focusField('phone');
  };
  const type = (value: string): void => {
    setTyped(value);
    const card = looksLikeCard(value) ? readCardText(value) : null;
    if (card !== null) fill(card);
  };
  const typeCard = (value: string): void => {
    setTyped(value);
    const facts = readIdCard(value);
    if (facts !== null) form.setFieldsValue({ sex: facts.sex, birth_date: facts.birthDate });
  };
  const paste = (event: ClipboardEvent<HTMLElement>): void => {
    const card = readCardText(event.clipboardData.getData('text'));
    if (card === null) return;
    event.preventDefault();
    fill(card);
  };
  const take = (one: PatientRow): void => {
    form.setFieldsValue({
      name: one.name,
      patient_id: one.patient_id,
      ...(one.sex === null ? {} : { sex: one.sex }),
      birth_date: one.birth_date ?? '',
      id_card: one.id_card ?? '',
      phone: one.phone ?? '',
    });
    setPicked(one);
    setTyped('');
    form.focusField('item_code');
  };
  const pick = (row: PatientRow): void => {
    patients.full(row.id).then(take, setTrouble);
  };
  const release = (): void => {
    setPicked(null);
    form.resetFields([...NO_ONE]);
    form.focusField('name');
  };
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (!event.altKey || event.code !== 'KeyR') return;
      event.preventDefault();
      setReading(true);
    };
    globalThis.addEventListener('keydown', hear);
    return () => globalThis.removeEventListener('keydown', hear);
  }, []);
  return { form, created, setCreated, trouble, busy, picked, reading, setReading, typed, submit, fill, type, typeCard, paste, pick, release };
}
