import { call } from './client';

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

const SESSION = '/api/session';

export const session = {
  current: (): Promise<Session> => call(SESSION, { anonymous: true }),
  open: (account: string, password: string): Promise<Session> =>
    call(SESSION, { method: 'POST', json: { account, password }, anonymous: true }),
  close: (): Promise<void> => call(SESSION, { method: 'DELETE', anonymous: true }),
  changePassword: (old: string, next: string): Promise<unknown> =>
    call(`${SESSION}/password`, { method: 'POST', json: { old, new: next } }),
  settings: (): Promise<Settings> => call('/api/settings', { anonymous: true }),
};
