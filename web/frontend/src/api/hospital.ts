import { call, query, segment } from './client';
import type { Items } from './items';

/** Messages of hospital systems and who may send them. */

export interface MessageRow {
  readonly id: string;
  readonly at: string;
  readonly last_at: string;
  readonly times: number;
  readonly channel: string;
  readonly unit_id: string;
  readonly sender: string;
  readonly address: string;
  readonly kind: string;
  readonly control_id: string;
  readonly code: string;
  readonly error: string;
  readonly field: string;
  readonly zh: string;
  readonly en: string;
  readonly waiting: boolean;
  readonly settled_name: string | null;
  readonly note: string | null;
}

export interface MessageWhole extends MessageRow {
  readonly text: string | null;
}

export interface Sender {
  readonly address: string;
  readonly unit_id: string;
  readonly admitted_name: string;
  readonly admitted_at: string;
}

const message = (id: string): string => `/api/admin/messages/${segment(id)}`;

export const hospital = {
  messages: (everything: boolean): Promise<Items<MessageRow>> => call(`/api/admin/messages${query({ everything })}`),
  /** As it came: the audit trail keeps that this person looked. */
  message: (id: string): Promise<MessageWhole> => call(message(id)),
  replay: (id: string): Promise<MessageRow> => call(`${message(id)}/replay`, { method: 'POST' }),
  settle: (id: string, note: string): Promise<unknown> => call(`${message(id)}/settle`, { method: 'POST', json: { note } }),
  senders: (): Promise<Items<Sender>> => call('/api/admin/senders'),
  admit: (address: string, unitId: string): Promise<Sender> =>
    call('/api/admin/senders', { method: 'POST', json: { address, unit_id: unitId } }),
  remove: (one: Sender): Promise<unknown> =>
    call(`/api/admin/senders/${segment(one.address)}/${segment(one.unit_id)}`, { method: 'DELETE' }),
};
