import { call, segment } from './client';
import type { Items } from './items';

/** One person's issued reports, as far as the asker sees them. */

export interface ResultRow {
  readonly report_id: string;
  readonly number: number;
  readonly status: string;
  readonly study_instance_uid: string;
  readonly patient_uid: string;
  readonly item_code: string;
  readonly item_name: string;
  readonly modality: string;
  readonly body_part: string;
  readonly unit_id: string;
  readonly unit: string;
  /** Issued to the asker's own unit. */
  readonly own: boolean;
  /** Local, to the day or the minute. */
  readonly study_at: string;
  readonly issued_at: string;
  readonly impression: string;
  readonly positive: boolean | null;
}

type Results = Promise<Items<ResultRow>>;

export const results = {
  ofPatient: (uid: string): Results => call(`/api/patients/${segment(uid)}/results`),
  besideReport: (id: string): Results => call(`/api/reports/${segment(id)}/results`),
};
