import { call } from './client';
import type { Items } from './items';

/** The county's list of items: every version, what can be ordered today, and the import of a file. */

export interface OrderableItem {
  readonly code: string;
  readonly name: string;
  readonly modality: string;
  readonly body_part: string;
}

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
  orderable: (): Promise<Items<OrderableItem>> => call('/api/items'),
  all: (): Promise<Items<ItemRow>> => call('/api/catalogue'),
  plan: (body: Blob): Promise<ImportPlan> => call('/api/catalogue/plan', file(body)),
  import: (body: Blob): Promise<ImportPlan> => call('/api/catalogue/import', file(body)),
};
