import { call, callAhead, query, segment } from './client';
import type { Items } from './items';

export type Priority = 'HIGH' | 'MEDIUM' | 'LOW';
export type WorkitemState = 'SCHEDULED' | 'IN PROGRESS' | 'COMPLETED' | 'CANCELED';
export type WorkitemKind = 'reading' | 'review';
export type RevisionKind = 'correction' | 'addendum';
export type WorklistView = 'open' | 'mine' | 'done';

export interface PatientHeader {
  readonly name: string;
  readonly sex: string;
  readonly age?: string | number | null;
  readonly patient_id: string;
  readonly birth_date?: string | null;
}

export interface WorkitemRow {
  readonly uid: string;
  readonly kind: WorkitemKind;
  readonly label: string;
  readonly state: WorkitemState;
  readonly priority: Priority;
  readonly modality: string;
  readonly body_part: string;
  readonly description: string;
  readonly patient: PatientHeader;
  readonly unit: { readonly id: string; readonly name: string };
  readonly accession_number: string;
  readonly study_instance_uid: string;
  readonly instances: number;
  readonly created_at: string;
  readonly deadline_at: string | null;
  readonly claimed_by: { readonly id: string; readonly name: string } | null;
  readonly mine: boolean;
  readonly lease_until: string | null;
  readonly ended_at: string | null;
  readonly claimable: boolean;
  readonly replaces: string | null;
  readonly replaced_by: string | null;
  readonly returned_reason: string | null;
}

export interface WorklistCounts {
  readonly reading: number;
  readonly review: number;
  readonly mine: number;
  readonly overdue: number;
}

export interface Worklist extends Items<WorkitemRow> {
  readonly counts: WorklistCounts;
}

export interface KeyImage {
  readonly series_instance_uid: string;
  readonly sop_instance_uid: string;
  readonly frame: number;
}

export interface Content {
  readonly findings: string;
  readonly impression: string;
  readonly positive: boolean | null;
  readonly recommendation: string;
  readonly addendum: string;
  readonly key_images: readonly KeyImage[];
}

export interface Draft {
  readonly revision: number;
  readonly content: Content;
  readonly saved_at: string;
}

export interface SeriesSummary {
  readonly series_instance_uid: string;
  readonly modality: string;
  readonly description: string;
  readonly instances: readonly {
    readonly sop_instance_uid: string;
    readonly instance_number: number | null;
    readonly frames: number;
  }[];
}

export interface WorkitemDetail extends WorkitemRow {
  readonly history: readonly {
    readonly uid: string;
    readonly kind: WorkitemKind;
    readonly event: 'scheduled' | 'claimed' | 'completed' | 'replaced' | 'canceled';
    readonly at: string;
    readonly name: string | null;
    readonly reason: string | null;
  }[];
  readonly draft: Draft | null;
  /** One doctor alone may issue an emergency preliminary report now. */
  readonly preliminary: boolean;
  readonly report: {
    readonly id: string;
    readonly status: string;
    readonly number: number;
    readonly issued_number: number | null;
    readonly content: Content;
    readonly revision: RevisionKind | null;
    readonly writer: { readonly id: string; readonly name: string };
    readonly written_at: string;
  } | null;
  readonly study: { readonly series: readonly SeriesSummary[] } | null;
  readonly order: { readonly id: string; readonly item_name: string; readonly history: string } | null;
  readonly priors: readonly {
    readonly study_instance_uid: string;
    readonly date: string | null;
    readonly description: string;
    readonly report_id: string | null;
  }[];
}

export interface Claim {
  readonly uid: string;
  readonly transaction_uid: string;
  readonly lease_until: string;
  readonly lease_seconds: number;
}

export interface WorklistFilter {
  readonly kind?: WorkitemKind | undefined;
  readonly state: WorklistView;
  readonly modality?: string | undefined;
  readonly q?: string | undefined;
  readonly limit?: number;
  readonly cursor?: string | undefined;
}

export interface Template {
  readonly id: string;
  readonly name: string;
  readonly findings: string;
  readonly impression: string;
  readonly positive: boolean | null;
  readonly recommendation: string;
}

export interface ReportRef {
  readonly report_id: string;
  readonly number: number;
}

interface Signature {
  readonly transaction_uid: string;
  readonly revision: number;
  readonly content: Content;
  /** Null within the session's signing window. */
  readonly password: string | null;
}

const of = (uid: string, step = ''): string => `/api/workitems/${segment(uid)}${step}`;

export const worklist = {
  list: (filter: WorklistFilter): Promise<Worklist> => call(`/api/worklist${query({ ...filter })}`),
  detail: (uid: string): Promise<WorkitemDetail> => call(of(uid)),
  detailAhead: (uid: string): Promise<WorkitemDetail | undefined> => callAhead(of(uid)),
  claim: (uid: string): Promise<Claim> => call(of(uid, '/claim'), { method: 'POST' }),
  heartbeat: (uid: string, transaction_uid: string): Promise<{ readonly lease_until: string }> =>
    call(of(uid, '/heartbeat'), { method: 'POST', json: { transaction_uid } }),
  giveBack: (uid: string, transaction_uid: string, reason: string): Promise<{ readonly successor_uid: string }> =>
    call(of(uid, '/give-back'), { method: 'POST', json: { transaction_uid, reason } }),
  takeOver: (uid: string, reason: string): Promise<Claim> =>
    call(of(uid, '/take-over'), { method: 'POST', json: { reason } }),
  saveDraft: (
    uid: string,
    body: { readonly transaction_uid: string; readonly revision: number; readonly content: Content },
  ): Promise<{ readonly revision: number; readonly saved_at: string }> =>
    call(of(uid, '/draft'), { method: 'PUT', json: body }),
  submit: (uid: string, body: Signature): Promise<ReportRef> =>
    call(of(uid, '/submit'), { method: 'POST', json: body }),
  issuePreliminary: (uid: string, body: Signature): Promise<ReportRef> =>
    call(of(uid, '/issue-preliminary'), { method: 'POST', json: body }),
  approve: (uid: string, body: Signature): Promise<ReportRef> =>
    call(of(uid, '/approve'), { method: 'POST', json: body }),
  returnToWriter: (uid: string, transaction_uid: string, reason: string): Promise<unknown> =>
    call(of(uid, '/return'), { method: 'POST', json: { transaction_uid, reason } }),
  templates: (modality: string, body_part: string): Promise<Items<Template>> =>
    call(`/api/templates${query({ modality, body_part })}`),
};
