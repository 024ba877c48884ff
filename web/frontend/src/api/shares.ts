import { call, query, segment, send } from './client';
import type { Items } from './items';
import type { MarkText, Words } from './recognition';

/** A report for its patient: a link for a time, and a code that is told apart from it. */

export interface NewShare {
  readonly id: string;
  readonly path: string;
  /** Shown this once. */
  readonly code: string;
  readonly until: string;
}

export interface Share {
  readonly id: string;
  readonly until: string;
  readonly made_by: string;
  readonly made_at: string;
  readonly opened: number;
  readonly wrong: number;
  readonly state: 'open' | 'expired' | 'locked' | 'ended';
}

export interface SharedReport {
  readonly patient: string;
  readonly item_name: string;
  readonly unit: string;
  readonly examined_on: string;
  readonly status: string;
  readonly mark: MarkText | null;
  readonly mark_missing: Words | null;
  readonly findings: string;
  /** Why the version in force was made, when it is not the first. */
  readonly reason: string;
  readonly conclusion: { readonly impression: string; readonly recommendation: string };
  readonly images: number;
}

export const shares = {
  make: (report_id: string, days: number): Promise<NewShare> =>
    call('/api/recognition/shares', { method: 'POST', json: { report_id, days } }),
  of: (report_id: string): Promise<Items<Share>> => call(`/api/recognition/shares${query({ report_id })}`),
  end: (id: string): Promise<unknown> => call(`/api/recognition/shares/${segment(id)}/end`, { method: 'POST' }),
};

const open = (token: string, rest = ''): string => `/api/share/${segment(token)}${rest}`;
const withCode = (code: string) => ({ method: 'POST', json: { code }, anonymous: true }) as const;

/** For whoever holds link and code; nobody is signed in. */
export const shared = {
  state: (token: string): Promise<{ readonly until: string }> => call(open(token), { anonymous: true }),
  report: (token: string, code: string): Promise<SharedReport> => call(open(token), withCode(code)),
  file: async (token: string, code: string, what: string): Promise<Blob> => (await send(open(token, `/${what}`), withCode(code))).blob(),
};
