import { call, segment } from './client';
import type { Items } from './items';

export type KeyState = 'requested' | 'active' | 'expired' | 'replaced' | 'revoked';
export const REASONS = ['unspecified', 'keyCompromise', 'affiliationChanged', 'superseded', 'cessationOfOperation'] as const;
export type Reason = (typeof REASONS)[number];

export interface SigningKey {
  readonly kid: string;
  readonly person_id: string;
  readonly person: string;
  readonly organisation: string;
  readonly custody: 'store' | 'imported' | 'token';
  readonly algorithm: string;
  readonly state: KeyState;
  readonly issuer: string;
  readonly demo: boolean;
  readonly created_at: string;
  readonly not_after: string | null;
  readonly revoked_at: string | null;
  readonly reason: Reason | '';
}

const KEYS = '/api/keys';

export const keys = {
  /** Until when this session signs without the password. */
  window: (): Promise<{ readonly until: string | null }> => call(`${KEYS}/window`),
  mine: (): Promise<Items<SigningKey>> => call(`${KEYS}/mine`),
  renew: (password: string): Promise<SigningKey> => call(`${KEYS}/mine/renew`, { method: 'POST', json: { password } }),
  bring: (file: string, secret: string, password: string): Promise<SigningKey> =>
    call(`${KEYS}/mine/pkcs12`, { method: 'POST', json: { file, secret, password } }),
  all: (): Promise<Items<SigningKey>> => call(`${KEYS}/all`),
  revoke: (kid: string, reason: Reason): Promise<SigningKey> =>
    call(`${KEYS}/all/${segment(kid)}/revoke`, { method: 'POST', json: { reason } }),
  reissue: (personId: string): Promise<unknown> => call(`${KEYS}/people/${segment(personId)}/reissue`, { method: 'POST', json: {} }),
};
