import { call, query, segment } from './client';
import type { Items } from './items';
import type { OrderStatus } from './orders';
import type { PatientRow } from './patients';
import type { PatientHeader, Priority } from './worklist';

/** Which order each study met and how, and the studies that wait for a person. */

export const HOW = ['study-uid', 'accession', 'identity', 'person'] as const;
export const DOUBTS = [
  'no-order', 'unknown-accession', 'patient-differs', 'several-orders', 'order-cancelled', 'order-answered', 'clock-differs', 'unlinked',
  'several-studies',
] as const;

export interface Match {
  readonly how: (typeof HOW)[number] | null;
  readonly doubt: (typeof DOUBTS)[number] | null;
  readonly by_person: boolean;
  readonly decided_name: string;
  readonly decided_at: string;
}

export interface MatchRow {
  readonly study_instance_uid: string;
  readonly patient: PatientHeader;
  readonly order_id: string | null;
  readonly accession_number: string;
  readonly modality: string;
  readonly description: string;
  readonly study_date: string;
  readonly received_at: string;
  readonly match: Match | null;
}

export interface OrderChoice {
  readonly id: string;
  readonly accession_number: string;
  readonly patient: PatientRow;
  readonly issuer_name: string;
  readonly item_name: string;
  readonly modality: string;
  readonly priority: Priority;
  readonly requested_at: string;
  readonly status: OrderStatus;
  /** The study's own search came upon this order. */
  readonly named: boolean;
  readonly same_patient: boolean;
  readonly same_name: boolean;
}

export interface Choices {
  readonly study: MatchRow;
  readonly unit_name: string;
  readonly items: readonly OrderChoice[];
}

export const matching = {
  waiting: (everything: boolean): Promise<Items<MatchRow> & { readonly waiting: number }> =>
    call(`/api/unmatched${query({ everything })}`),
  met: (): Promise<Items<MatchRow>> => call('/api/matched'),
  /** Both headers in full: the audit trail keeps that this person looked. */
  choices: (study: string): Promise<Choices> => call(`/api/studies/${segment(study)}/orders`),
  link: (study: string, order: string, reason: string): Promise<unknown> =>
    call(`/api/studies/${segment(study)}/link`, { method: 'POST', json: { order_id: order, reason } }),
  unlink: (study: string, reason: string): Promise<unknown> =>
    call(`/api/studies/${segment(study)}/unlink`, { method: 'POST', json: { reason } }),
};

export const thumbnail = (study: string): string => `/dicom-web/studies/${segment(study)}/thumbnail`;
