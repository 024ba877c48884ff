import type { KeyState } from '../api/keys';

/** The colour of a certificate's state. */
export const tone = (state: KeyState): 'good' | 'plain' | 'bad' =>
  state === 'active' ? 'good' : state === 'revoked' || state === 'expired' ? 'bad' : 'plain';
