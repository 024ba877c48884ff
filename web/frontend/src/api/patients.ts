import { call, query, segment } from './client';
import type { Items } from './items';
import type { Priority } from './worklist';

/** Patients, their links, orders and the catalogue, as the server answers them. */

export type Sex = 'M' | 'F' | 'O';
export type VisitType = 'outpatient' | 'emergency' | 'inpatient' | 'check-up';
export const VISIT_TYPES = ['outpatient', 'emergency', 'inpatient', 'check-up'] as const;
export type OrderStatus = 'requested' | 'received' | 'reported' | 'cancelled' | 'recognised';

export interface PatientRow {
  readonly id: string;
  readonly issuer: string;
  readonly patient_id: string;
  readonly name: string;
  readonly sex: Sex | null;
  readonly birth_date: string | null;
  readonly id_card: string | null;
  readonly phone: string | null;
}

export interface HeaderRow extends PatientRow {
  readonly issuer_name: string;
  readonly own: boolean;
}

export interface LinkRow {
  readonly id: string;
  readonly one: string;
  readonly other: string;
  readonly basis: 'id-card' | 'person';
  readonly made_name: string;
  readonly made_at: string;
  readonly note: string;
}

export interface PersonAnswer {
  readonly headers: readonly HeaderRow[];
  readonly links: readonly LinkRow[];
  readonly orders: readonly {
    readonly id: string;
    readonly patient_uid: string;
    readonly accession_number: string;
    readonly item_name: string;
    readonly status: OrderStatus;
    readonly requested_at: string;
  }[];
  readonly studies: readonly {
    readonly study_instance_uid: string;
    readonly patient_uid: string;
    readonly accession_number: string;
    readonly modality: string;
    readonly description: string;
    readonly instances: number;
    readonly received_at: string;
  }[];
  readonly may_link: boolean;
}

export interface PatientFields {
  readonly name?: string;
  readonly sex?: Sex;
  readonly birth_date?: string;
  readonly id_card?: string;
  readonly phone?: string;
}

/** What a list and the order itself both say. */
export interface OrderFacts {
  readonly id: string;
  readonly accession_number: string;
  readonly item_code: string;
  readonly item_name: string;
  readonly modality: string;
  readonly priority: Priority;
  readonly history: string;
  readonly visit_type: VisitType;
  readonly cancel_reason: string | null;
  readonly requested_at: string;
  readonly status: OrderStatus;
}

export interface Order extends OrderFacts {
  readonly patient: PatientRow;
  readonly requesting_unit_id: string;
  readonly demo: boolean;
}

export interface OrderFields {
  readonly item_code?: string;
  readonly priority?: Priority;
  readonly history?: string;
  readonly visit_type?: VisitType;
}

export const patients = {
  list: (filter: { readonly q?: string; readonly limit?: number }): Promise<Items<HeaderRow>> => call(`/api/patients${query(filter)}`),
  /** In full: the audit trail keeps that this person looked. */
  full: (uid: string): Promise<PatientRow> => call(`/api/patients/${segment(uid)}`),
  person: (uid: string): Promise<PersonAnswer> => call(`/api/patients/${segment(uid)}/person`),
  correct: (uid: string, fields: PatientFields, reason: string): Promise<PatientRow> =>
    call(`/api/patients/${segment(uid)}`, { method: 'PATCH', json: { ...fields, reason } }),
  link: (one: string, other: string, note: string): Promise<LinkRow> =>
    call('/api/patient-links', { method: 'POST', json: { one, other, note } }),
  unlink: (id: string, note: string): Promise<LinkRow> =>
    call(`/api/patient-links/${segment(id)}/undo`, { method: 'POST', json: { note } }),
};

export const registered = {
  /** With the patient in full, as the slip prints it. */
  order: (id: string): Promise<Order> => call(`/api/orders/${segment(id)}`),
  correct: (id: string, fields: OrderFields, reason: string): Promise<Order> =>
    call(`/api/orders/${segment(id)}`, { method: 'PATCH', json: { ...fields, reason } }),
  barcode: (id: string): string => `/api/orders/${segment(id)}/barcode.svg`,
};

export interface ItemRow {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly name_en: string;
  readonly modality: string;
  readonly body_part: string;
  readonly price: number | null;
  readonly mark_level: 'nation' | 'province' | 'city' | 'county' | null;
  readonly mark: string;
  readonly validity_days: number | null;
  readonly group: string;
  readonly effective_from: string;
  readonly effective_until: string | null;
  readonly source: string;
}

export interface ImportFault {
  readonly row: number;
  readonly column: string;
  readonly reason: string;
  readonly value: string;
}

export interface ImportPlan {
  readonly added: readonly ItemRow[];
  readonly ended: readonly { readonly code: string; readonly effective_from: string; readonly last_day: string }[];
  readonly unchanged: number;
  readonly faults: readonly ImportFault[];
}

const file = (body: Blob) => ({ method: 'POST', body, headers: { 'Content-Type': 'text/csv' } }) as const;

export const catalogue = {
  all: (): Promise<Items<ItemRow>> => call('/api/catalogue'),
  plan: (body: Blob): Promise<ImportPlan> => call('/api/catalogue/plan', file(body)),
  import: (body: Blob): Promise<ImportPlan> => call('/api/catalogue/import', file(body)),
};
