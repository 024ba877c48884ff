import { call, query, segment } from './client';
import type { Items } from './items';

export interface Sought {
  readonly id_card?: string;
  readonly name?: string;
  readonly birth_date?: string | null;
}

export interface FoundPatient {
  readonly id: string;
  readonly name: string;
  readonly birth_date: string | null;
  readonly id_card: string | null;
  readonly patient_id: string;
  readonly unit: string;
}

export interface Grant {
  readonly id: string;
  readonly person: string;
  readonly unit: string;
  readonly basis: 'recognition' | 'break-glass';
  readonly patient_uid: string;
  readonly patient: string;
  readonly issuer: string;
  readonly reason: string;
  readonly opened_at: string;
  readonly until: string;
  readonly reviewed_by: string | null;
  readonly justified: boolean | null;
}

export interface OpenedRecord {
  readonly study_instance_uid: string;
  readonly patient: string;
  readonly description: string;
  readonly modality: string;
  readonly received_at: string;
  readonly report_id: string | null;
}

const BASE = '/api/access';

export const access = {
  search: (sought: Sought): Promise<Items<FoundPatient>> => call(`${BASE}/search`, { method: 'POST', json: sought }),
  open: (patient_uid: string, reason: string): Promise<Grant> =>
    call(BASE, { method: 'POST', json: { patient_uid, basis: 'break-glass', reason } }),
  mine: (): Promise<Items<Grant>> => call(BASE),
  records: (uid: string): Promise<Items<OpenedRecord>> => call(`${BASE}/patients/${segment(uid)}/records`),
  review: (waiting: boolean): Promise<Items<Grant> & { readonly waiting: number }> =>
    call(`${BASE}/review${query({ waiting: String(waiting) })}`),
  judge: (id: string, justified: boolean): Promise<Grant> =>
    call(`${BASE}/${segment(id)}/review`, { method: 'POST', json: { justified } }),
};
