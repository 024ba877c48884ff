import { call, query, segment } from './client';
import type { Items } from './items';
import type { Match } from './matching';
import type { MarkText, Words } from './recognition';
import type { Content, PatientHeader, Priority, ReportRef, RevisionKind } from './worklist';

export interface UploadResult {
  readonly name: string;
  readonly outcome: 'stored' | 'duplicate' | 'new-version' | 'quarantined' | 'refused';
  readonly code: string | null;
  readonly message: string;
  readonly message_en: string;
  readonly study_instance_uid: string | null;
}

export interface StudyRow {
  readonly study_instance_uid: string;
  readonly patient: PatientHeader;
  readonly accession_number: string;
  readonly modality: string;
  readonly description: string;
  readonly instances: number;
  readonly received_at: string;
  readonly state: 'receiving' | 'ready';
  readonly reading: { readonly state: string; readonly priority: Priority; readonly claimed_name: string | null } | null;
  readonly report: {
    readonly id: string;
    readonly status: string;
    readonly number: number;
    readonly issued_number: number | null;
    readonly issued_at: string | null;
  } | null;
  readonly order_id: string | null;
  readonly match: Match | null;
}

export interface InboxRow {
  readonly report_id: string;
  readonly number: number;
  readonly status: string;
  readonly patient: PatientHeader;
  readonly modality: string;
  readonly description: string;
  readonly impression: string;
  readonly positive: boolean | null;
  readonly issued_at: string;
  readonly unread: boolean;
  readonly read_at: string | null;
  readonly read_by: string | null;
  readonly reader: string;
  readonly reviewer: string;
  /** The notice: the unit had an older version, opened by somebody or not, and this is why there is another. */
  readonly replaces: {
    readonly number: number;
    readonly read_at: string | null;
    readonly read_by: string | null;
    readonly reason: string;
  } | null;
}

export interface Inbox extends Items<InboxRow> {
  readonly unread: number;
}

type Name = string | { readonly name: string } | null;

export interface ReportVersion {
  readonly number: number;
  readonly status: string;
  readonly content: Content;
  readonly writer: Name;
  readonly reviewer: Name;
  readonly written_at: string;
  readonly reviewed_at: string | null;
  readonly pdf?: string | boolean | null;
  readonly emergency: boolean;
  readonly reason: string;
  readonly superseded_by: number | null;
  readonly base_number: number | null;
  readonly changes: readonly { readonly field: string }[];
  readonly changed_share: number;
  /** The mark of recognition as printed, or why there is none; neither for a version from before marks. */
  readonly mark?: MarkText | null;
  readonly mark_missing?: Words | null;
}

export interface Delivery {
  readonly number: number;
  readonly unit: { readonly id: string; readonly name: string };
  readonly state: string;
  readonly delivered_at: string | null;
  readonly read_at: string | null;
  readonly read_by: string;
}

export interface Report {
  readonly id: string;
  readonly status: string;
  readonly study_instance_uid: string;
  readonly patient: PatientHeader;
  readonly issued_number: number | null;
  readonly revision: RevisionKind | null;
  readonly revision_reason: string;
  readonly versions: readonly ReportVersion[];
  readonly deliveries: readonly Delivery[];
}

export const nameOf = (name: Name | undefined): string =>
  name === null || name === undefined ? '' : typeof name === 'string' ? name : name.name;

export const pdfAddress = (reportId: string, number: number): string =>
  `/api/reports/${segment(reportId)}/versions/${number}/pdf`;

export const studies = {
  list: (filter: { readonly q?: string; readonly days?: number; readonly limit?: number }): Promise<Items<StudyRow>> =>
    call(`/api/studies${query(filter)}`),
};

export const reports = {
  inbox: (filter: {
    readonly unread?: boolean | undefined;
    readonly q?: string | undefined;
    readonly limit?: number;
    readonly cursor?: string | undefined;
  }): Promise<Inbox> => call(`/api/inbox${query(filter)}`),
  report: (id: string): Promise<Report> => call(`/api/reports/${segment(id)}`),
  revise: (id: string, kind: RevisionKind, reason: string): Promise<{ readonly workitem_uid: string }> =>
    call(`/api/reports/${segment(id)}/revisions`, { method: 'POST', json: { kind, reason } }),
  abandonRevision: (id: string): Promise<unknown> => call(`/api/reports/${segment(id)}/revisions`, { method: 'DELETE' }),
  withdraw: (id: string, reason: string, password: string): Promise<ReportRef> =>
    call(`/api/reports/${segment(id)}/withdrawal`, { method: 'POST', json: { reason, password } }),
  receipt: (id: string): Promise<unknown> => call(`/api/reports/${segment(id)}/receipt`, { method: 'POST' }),
};
