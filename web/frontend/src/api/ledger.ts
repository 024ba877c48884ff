import { call, query, segment } from './client';
import type { Items } from './items';
import type { UnitRef, Words } from './recognition';

/** The ledger of recognition, its sums, and the quality control of devices. Money is in fen. */

export type Act = 'offered' | 'opened' | 'recognised' | 'repeated' | 'void' | 'told-unit' | 'acknowledged' | 'shared';

export interface LedgerRow {
  readonly seq: number;
  readonly at: string;
  readonly act: Act;
  readonly order_id: string;
  readonly accession_number: string;
  readonly unit: UnitRef;
  readonly result_unit: UnitRef | null;
  readonly item_code: string;
  readonly item_name: string;
  readonly doctor: UnitRef | null;
  readonly reason: Words | null;
  readonly note: string;
  readonly told: boolean;
  readonly saved: number | null;
}

export interface Sum {
  readonly offered: number;
  readonly opened: number;
  readonly recognised: number;
  readonly repeated: number;
  readonly told: number;
  readonly saved: number;
  readonly rate: number | null;
}

export interface NamedSum extends Sum {
  readonly name: string;
}

export interface Sums {
  readonly period: string;
  readonly from: string;
  readonly until: string;
  readonly total: Sum;
  readonly units: readonly (NamedSum & { readonly id: string })[];
  readonly items: readonly (NamedSum & { readonly code: string })[];
  readonly doctors: readonly (NamedSum & { readonly id: string; readonly unit: string })[];
  readonly results_of: readonly (UnitRef & { readonly recognised: number })[];
  readonly reasons: readonly (Words & { readonly count: number })[];
  readonly months: readonly (Sum & { readonly month: string })[];
}

export interface LedgerProof {
  readonly rows: number;
  readonly sound: boolean;
  readonly first_bad: number | null;
}

export type QualityKind = 'national' | 'province' | 'city' | 'internal';
export const QUALITY_KINDS = ['national', 'province', 'city', 'internal'] as const;

export interface Quality {
  readonly id: string;
  readonly device: { readonly id: string; readonly name: string; readonly aet: string };
  readonly unit: UnitRef;
  readonly kind: QualityKind;
  readonly certificate: string;
  readonly valid_from: string;
  readonly valid_until: string;
  readonly ended_on: string | null;
  readonly end_reason: string;
  readonly entered_by: string;
  readonly entered_at: string;
  readonly holds_today: boolean;
}

export interface QualityDevice {
  readonly id: string;
  readonly name: string;
  readonly aet: string;
  readonly unit: UnitRef;
  readonly modality: string;
  readonly holds_today: boolean;
  readonly valid_until: string | null;
}

export interface NewQuality {
  readonly device_id: string;
  readonly kind: QualityKind;
  readonly certificate: string;
  readonly valid_from: string;
  readonly valid_until: string;
}

const root = '/api/recognition';

export const ledger = {
  rows: (filter: { readonly act?: Act | undefined; readonly since: string; readonly until: string; readonly before?: number | undefined }): Promise<{
    readonly items: readonly LedgerRow[];
    readonly next: number | null;
  }> => call(`${root}/ledger${query({ ...filter, limit: 50 })}`),
  sums: (period: string): Promise<Sums> => call(`${root}/sums${query({ period })}`),
  file: (what: 'sums' | 'ledger', kind: 'csv' | 'xlsx', period: string): string => `${root}/${what}.${kind}${query({ period })}`,
  /** The documented monthly profile for a regional platform; a month that is over. */
  profile: (month: string, format: 'csv' | 'json'): string => `${root}/export${query({ month, format })}`,
  verify: (): Promise<LedgerProof> => call(`${root}/ledger/verify`, { method: 'POST' }),
};

export const quality = {
  devices: (): Promise<Items<QualityDevice>> => call(`${root}/devices`),
  all: (): Promise<Items<Quality>> => call(`${root}/quality`),
  enter: (entry: NewQuality): Promise<Quality> => call(`${root}/quality`, { method: 'POST', json: entry }),
  end: (id: string, last_day: string, reason: string): Promise<Quality> =>
    call(`${root}/quality/${segment(id)}/end`, { method: 'POST', json: { last_day, reason } }),
};
