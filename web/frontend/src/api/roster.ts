import type { ImportFault } from './catalogue';
import { call, query, segment } from './client';
import type { Items } from './items';

export const SPECIALTIES = ['radiology', 'cardiology', 'laboratory'] as const;
export type Specialty = (typeof SPECIALTIES)[number];

/** Whose reports an item of this modality needs, as the server decides it. */
export const specialtyOf = (modality: string | undefined): Specialty =>
  modality === 'ECG' ? 'cardiology' : modality === 'LAB' ? 'laboratory' : 'radiology';

export interface Contact {
  readonly person_id: string;
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly phone: string;
}

export interface Duty {
  readonly id: string;
  readonly specialty: Specialty;
  readonly begins: string;
  readonly ends: string;
  readonly contacts: readonly Contact[];
}

export interface NewDuty {
  readonly specialty: Specialty;
  readonly begins: string;
  readonly ends: string;
  readonly contacts: readonly string[];
  readonly weeks?: number;
}

const BASE = '/api/roster';

export const roster = {
  week: (since: string, specialty: Specialty): Promise<Items<Duty>> => call(`${BASE}${query({ since, specialty })}`),
  now: (): Promise<Items<Duty>> => call(`${BASE}/now`),
  add: (duty: NewDuty): Promise<Items<Duty>> => call(BASE, { method: 'POST', json: duty }),
  change: (id: string, duty: NewDuty): Promise<unknown> => call(`${BASE}/${segment(id)}`, { method: 'PUT', json: duty }),
  remove: (id: string): Promise<unknown> => call(`${BASE}/${segment(id)}`, { method: 'DELETE' }),
  /** Whole numbers, to call; that they were shown is audited. */
  phones: (id: string): Promise<Duty> => call(`${BASE}/${segment(id)}/phones`, { method: 'POST' }),
  import: (file: Blob): Promise<{ readonly added: number; readonly faults: readonly ImportFault[] }> =>
    call(`${BASE}/import`, { method: 'POST', body: file, headers: { 'Content-Type': 'text/csv' } }),
};
