import { call, query, segment } from './client';
import type { Items } from './items';
import type { OrderStatus } from './orders';

/** Patients and their links, as the server answers them. */

export type Sex = 'M' | 'F' | 'O';
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
