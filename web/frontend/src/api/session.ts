import { call, callAhead, segment } from './client';
import type { Items } from './items';

export type Role =
  | 'technician'
  | 'radiologist'
  | 'reviewer'
  | 'cardiologist'
  | 'laboratory-physician'
  | 'clinician'
  | 'quality-officer'
  | 'administrator'
  | 'system';

export interface Person {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly title: string;
  readonly roles: readonly Role[];
  readonly unit: { readonly id: string; readonly name: string; readonly kind: string };
  readonly must_change_password: boolean;
  readonly second_factor: boolean;
  readonly second_factor_needed: boolean;
}

export interface Session {
  readonly person: Person;
  readonly csrf: string;
}

export interface Settings {
  readonly product: string;
  readonly version: string;
  readonly demo: boolean;
  readonly not_certified: string | { readonly zh: string; readonly en: string };
  readonly lease_seconds?: number;
}

export interface OwnFactor {
  readonly enrolled_at: string | null;
  readonly recovery_left: number;
  readonly required: boolean;
}

export interface BegunFactor {
  readonly secret: string;
  readonly qr: string;
}

export interface OwnSession {
  readonly id: string;
  readonly created_at: string;
  readonly seen_at: string;
  readonly address: string | null;
  readonly current: boolean;
}

const SESSION = '/api/session';

export const session = {
  current: (): Promise<Session> => call(SESSION, { anonymous: true }),
  ahead: (): Promise<unknown> => callAhead(SESSION),
  open: (account: string, password: string, code = ''): Promise<Session> =>
    call(SESSION, { method: 'POST', json: { account, password, code }, anonymous: true }),
  close: (): Promise<void> => call(SESSION, { method: 'DELETE', anonymous: true }),
  changePassword: (old: string, next: string): Promise<Session> =>
    call(`${SESSION}/password`, { method: 'POST', json: { old, new: next } }),
  factor: (): Promise<OwnFactor> => call(`${SESSION}/factor`),
  beginFactor: (password: string, code: string): Promise<BegunFactor> =>
    call(`${SESSION}/factor`, { method: 'POST', json: { password, code } }),
  confirmFactor: (code: string): Promise<{ readonly codes: readonly string[] }> =>
    call(`${SESSION}/factor/confirm`, { method: 'POST', json: { code } }),
  mine: (): Promise<Items<OwnSession>> => call('/api/sessions'),
  end: (id: string): Promise<unknown> => call(`/api/sessions/${segment(id)}`, { method: 'DELETE' }),
  settings: (): Promise<Settings> => call('/api/settings', { anonymous: true }),
};
