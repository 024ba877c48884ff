import { call, query, segment } from './client';
import type { Items } from './items';

/** Recognition at ordering: what was offered, opened and decided; notices of revised results. Money is in fen. */

export interface Words {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}

export interface RepeatCase extends Words {
  readonly source: string;
  readonly note_needed: boolean;
  readonly told_needed: boolean;
}

export interface MarkText {
  readonly text: string;
  readonly level: string;
}

export interface UnitRef {
  readonly id: string;
  readonly name: string;
}

export type OfferState = 'open' | 'recognised' | 'repeated' | 'void';

export interface OfferRow {
  readonly id: string;
  readonly order_id: string;
  readonly accession_number: string;
  readonly patient: string;
  readonly item_code: string;
  readonly item_name: string;
  readonly state: OfferState;
  readonly emergency: boolean;
  readonly held: boolean;
  readonly offered_at: string;
  readonly decided_at: string | null;
  readonly decided_by: string | null;
  readonly candidates: number;
}

export interface Candidate {
  readonly report_id: string;
  readonly number: number;
  readonly study_instance_uid: string;
  readonly item_code: string;
  readonly item_name: string;
  readonly same_item: boolean;
  readonly modality: string;
  readonly unit: UnitRef;
  readonly examined_on: string;
  readonly age_days: number;
  readonly valid_until: string | null;
  readonly validity_days: number | null;
  readonly mark: MarkText | null;
  readonly device: string;
  readonly quality: { readonly valid_from: string; readonly valid_until: string } | null;
  readonly status: string;
  readonly recognised_is: 'image' | 'tracing' | 'data';
  /** Addresses that answer once the result was opened. */
  readonly data: { readonly viewer: string; readonly thumbnail: string; readonly pdf: string };
  /** The county's conclusion: reference only, and only after opening. */
  readonly reference: {
    readonly impression: string;
    readonly positive: boolean | null;
    readonly reader: string;
    readonly reviewer: string;
    readonly centre: string;
  } | null;
  readonly opened_at: string | null;
}

export interface Refused extends Candidate {
  readonly reasons: readonly Words[];
}

export interface Decision {
  readonly act: 'recognised' | 'repeated';
  readonly at: string;
  readonly by: string;
  readonly report_id: string | null;
  readonly number: number | null;
  readonly reason: Words | null;
  readonly note: string;
  readonly told: boolean;
  readonly saved: number | null;
}

export interface Offer {
  readonly id: string | null;
  readonly order_id: string;
  readonly accession_number: string;
  readonly state: OfferState | null;
  readonly emergency: boolean;
  readonly held: boolean;
  readonly offered_at: string | null;
  readonly item: { readonly code: string; readonly name: string; readonly version_id: string | null; readonly price: number | null };
  readonly patient: {
    readonly id: string;
    readonly name: string;
    readonly patient_id: string;
    readonly sex: string | null;
    readonly birth_date: string | null;
  };
  readonly candidates: readonly Candidate[];
  readonly refused: readonly Refused[];
  readonly name_only: number;
  readonly name_only_reason: Words | null;
  readonly decision: Decision | null;
}

export interface Notice {
  readonly id: string;
  readonly for: 'doctor' | 'unit';
  readonly report_id: string;
  readonly number: number;
  readonly relied_on: number;
  readonly status: string;
  readonly why: string;
  readonly order_id: string;
  readonly accession_number: string;
  readonly patient: string;
  readonly item_name: string;
  readonly made_at: string;
  readonly acknowledged_at: string | null;
  readonly acknowledged_by: string | null;
  readonly note: string;
}

export interface Repeat {
  readonly reason: string;
  readonly note: string;
  readonly told: boolean;
}

/** What a decision needs, whoever holds the door: a signed-in doctor or a hospital system's ticket. */
export interface DecisionDoor {
  readonly key: readonly string[];
  /** Whether the addresses of a result answer behind this door. */
  readonly links: boolean;
  readonly load: () => Promise<Offer>;
  readonly reasons: () => Promise<Items<RepeatCase>>;
  readonly open: (offer: Offer, reportId: string) => Promise<Candidate>;
  readonly recognise: (offer: Offer, result: Candidate) => Promise<Offer>;
  readonly repeat: (offer: Offer, repeat: Repeat) => Promise<Offer>;
}

const root = '/api/recognition';
const post = <T>(path: string, json: unknown): Promise<T> => call<T>(path, { method: 'POST', json });
const ofOffer = (offer: Offer, act: string): string => `${root}/offers/${segment(offer.id ?? '')}/${act}`;

export const recognition = {
  offers: (state: 'open' | 'decided' | 'all'): Promise<Items<OfferRow> & { readonly open: number }> =>
    call(`${root}/offers${query({ state, limit: 100 })}`),
  notices: (open: boolean): Promise<Items<Notice> & { readonly open: number }> =>
    call(`${root}/notices${query({ open })}`),
  acknowledge: (id: string, note: string): Promise<Notice> => post(`${root}/notices/${segment(id)}/acknowledge`, { note }),
};

/** The decision on an order of the doctor's own unit. */
export const orderDoor = (orderId: string): DecisionDoor => ({
  key: ['recognition', 'order', orderId],
  links: true,
  load: () => call(`${root}/orders/${segment(orderId)}`),
  reasons: () => call(`${root}/reasons`),
  open: (offer, report_id) => post(ofOffer(offer, 'open'), { report_id }),
  recognise: (offer, { report_id, number }) => post(ofOffer(offer, 'recognise'), { report_id, number }),
  repeat: (offer, repeat) => post(ofOffer(offer, 'repeat'), repeat),
});

const told = <T>(path: string, json: unknown): Promise<T> => call<T>(path, { method: 'POST', json, anonymous: true });

/** The same through a ticket of a hospital system: no session, the doctor stands in the ticket. */
export function ticketDoor(ticket: string): DecisionDoor {
  const place = `/api/embed/${segment(ticket)}`;
  return {
    key: ['recognition', 'ticket', ticket],
    links: false,
    load: () => call(place, { anonymous: true }),
    reasons: () => call(`${place}/reasons`, { anonymous: true }),
    open: (_offer, report_id) => told(`${place}/open`, { report_id }),
    recognise: (_offer, { report_id, number }) => told(`${place}/recognise`, { report_id, number }),
    repeat: (_offer, repeat) => told(`${place}/repeat`, repeat),
  };
}
