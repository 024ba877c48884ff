import { call, query, segment } from './client';
import type { Items } from './items';
import type { Specialty } from './roster';
import type { OwnSession, Role } from './session';

export interface Unit {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly parent_id: string | null;
  readonly code: string;
  readonly level: string | null;
  readonly credit_code: string | null;
}

export interface Device {
  readonly id: string;
  readonly aet: string;
  readonly unit_id: string;
  readonly name: string;
  readonly modality: string;
  readonly address: string | null;
  readonly active: boolean;
  readonly character_set: string;
  readonly limits: { readonly object_mib: number | null; readonly associations: number | null };
}

export interface Agreement {
  readonly id: string;
  readonly unit_id: string;
  readonly number: string;
  readonly valid_from: string;
  readonly valid_until: string | null;
  readonly specialties: readonly Specialty[];
}

export interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly unit_id: string;
  readonly roles: readonly Role[];
  readonly created_at: string;
  readonly revoked_at: string | null;
}

export interface Knock {
  readonly aet: string;
  readonly address: string;
  readonly times: number;
  readonly last_at: string;
}

export interface PersonRow {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly title: string;
  readonly licence_number: string;
  readonly licence_until: string | null;
  readonly practising_since: string | null;
  readonly phone: string;
  readonly unit_id: string;
  readonly roles: readonly Role[];
  readonly active: boolean;
  readonly second_factor: boolean;
}

export interface AuditRow {
  readonly id: string | number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly thing: string;
  readonly thing_id: string;
  readonly outcome: string;
  readonly address: string | null;
  readonly detail: unknown;
}

export interface TaskRow {
  readonly id: string;
  readonly kind: string;
  readonly state: TaskState;
  readonly attempts: number;
  readonly due_at: string | null;
  readonly error: string | null;
}

export type TaskState = 'due' | 'running' | 'done' | 'failed' | 'unsure';

export interface AuditFilter {
  readonly q?: string;
  readonly person?: string;
  readonly patient?: string;
  readonly action?: string;
  readonly since?: string;
  readonly until?: string;
}

export interface SessionRow extends OwnSession {
  readonly person: string;
  readonly account: string;
}

const BASE = '/api/admin';

export const admin = {
  units: (): Promise<Items<Unit>> => call(`${BASE}/units`),
  devices: (): Promise<Items<Device>> => call(`${BASE}/devices`),
  knocks: (): Promise<Items<Knock>> => call(`${BASE}/knocks`),
  people: (): Promise<Items<PersonRow>> => call(`${BASE}/people`),
  audit: (filter: AuditFilter & { readonly limit?: number; readonly cursor?: string | undefined }): Promise<Items<AuditRow>> =>
    call(`${BASE}/audit${query({ ...filter })}`),
  tasks: (filter: {
    readonly state?: TaskState | undefined;
  }): Promise<Items<TaskRow> & { readonly counts: Partial<Record<TaskState, number>> }> => call(`${BASE}/tasks${query(filter)}`),
  addUnit: (unit: Omit<Unit, 'id'>): Promise<Unit> => call(`${BASE}/units`, { method: 'POST', json: unit }),
  changeUnit: (id: string, change: Partial<Omit<Unit, 'id' | 'kind' | 'code'>>): Promise<Unit> =>
    call(`${BASE}/units/${segment(id)}`, { method: 'PATCH', json: change }),
  agreements: (): Promise<Items<Agreement>> => call(`${BASE}/agreements`),
  addAgreement: (agreement: Omit<Agreement, 'id'>): Promise<Agreement> =>
    call(`${BASE}/agreements`, { method: 'POST', json: agreement }),
  endAgreement: (id: string, last: string): Promise<Agreement> =>
    call(`${BASE}/agreements/${segment(id)}/end`, { method: 'POST', json: { last } }),
  tokens: (): Promise<Items<TokenRow>> => call(`${BASE}/tokens`),
  addToken: (token: Pick<TokenRow, 'name' | 'unit_id' | 'roles'>): Promise<{ readonly token: string }> =>
    call(`${BASE}/tokens`, { method: 'POST', json: token }),
  endToken: (id: string): Promise<unknown> => call(`${BASE}/tokens/${segment(id)}`, { method: 'DELETE' }),
  verifyAudit: (): Promise<{ readonly whole: boolean; readonly broken_at: number | null }> =>
    call(`${BASE}/audit/verify`, { method: 'POST' }),
  admitDevice: (device: Omit<Device, 'id' | 'active'>): Promise<Device> =>
    call(`${BASE}/devices`, { method: 'POST', json: device }),
  changeDevice: (id: string, change: Partial<Omit<Device, 'id'>>): Promise<Device> =>
    call(`${BASE}/devices/${segment(id)}`, { method: 'PATCH', json: change }),
  addPerson: (person: Omit<PersonRow, 'id' | 'active' | 'second_factor'> & { readonly password: string }): Promise<PersonRow> =>
    call(`${BASE}/people`, { method: 'POST', json: person }),
  changePerson: (id: string, change: Partial<Omit<PersonRow, 'id'>> & { readonly password?: string }): Promise<PersonRow> =>
    call(`${BASE}/people/${segment(id)}`, { method: 'PATCH', json: change }),
  resetFactor: (id: string): Promise<unknown> => call(`${BASE}/people/${segment(id)}/factor`, { method: 'DELETE' }),
  auditFile: (filter: AuditFilter): string => `${BASE}/audit/export.csv${query({ ...filter })}`,
  sessions: (): Promise<Items<SessionRow>> => call(`${BASE}/sessions`),
  endSession: (id: string): Promise<unknown> => call(`${BASE}/sessions/${segment(id)}`, { method: 'DELETE' }),
  retryTask: (id: string): Promise<unknown> => call(`${BASE}/tasks/${segment(id)}/retry`, { method: 'POST' }),
};
