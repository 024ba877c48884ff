import { call, query, segment } from './client';
import type { Items } from './items';
import type { Match } from './matching';
import type { PatientRow } from './patients';
import type { PatientHeader, Priority } from './worklist';

/** What is registered: orders in a list, one in full, and what can be done to them. */

export const VISIT_TYPES = ['outpatient', 'emergency', 'inpatient', 'check-up'] as const;
export type VisitType = (typeof VISIT_TYPES)[number];
export type OrderStatus = 'requested' | 'received' | 'reported' | 'cancelled' | 'recognised';

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

export interface NewOrder {
  readonly patient: {
    readonly patient_id: string;
    readonly name: string;
    readonly sex: string;
    readonly birth_date: string | null;
    readonly id_card: string | null;
    readonly phone: string | null;
  };
  readonly item_code: string;
  readonly visit_type: VisitType;
  readonly priority: Priority;
  readonly history: string;
}

export interface OrderRow extends OrderFacts {
  readonly patient: PatientHeader & { readonly id: string };
  /** Held: not on the device's worklist until a doctor has decided on recognition. */
  readonly awaits_decision: boolean;
  /** How the study was found that answers it. */
  readonly met: Match['how'];
}

export const orders = {
  list: (filter: { readonly q?: string; readonly limit?: number }): Promise<Items<OrderRow>> =>
    call(`/api/orders${query(filter)}`),
  cancel: (id: string, reason: string): Promise<unknown> =>
    call(`/api/orders/${segment(id)}/cancel`, { method: 'POST', json: { reason } }),
  create: (order: NewOrder): Promise<OrderRow> => call('/api/orders', { method: 'POST', json: order }),
  /** With the patient in full, as the slip prints it. */
  one: (id: string): Promise<Order> => call(`/api/orders/${segment(id)}`),
  correct: (id: string, fields: OrderFields, reason: string): Promise<Order> =>
    call(`/api/orders/${segment(id)}`, { method: 'PATCH', json: { ...fields, reason } }),
  barcode: (id: string): string => `/api/orders/${segment(id)}/barcode.svg`,
};
