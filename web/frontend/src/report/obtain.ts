import { type ApiError, toApiError } from '../api/problem';
import { type Claim, worklist, type WorkitemDetail } from '../api/worklist';
import { isLost } from './lease';
import { claims } from './keep';

/** Opening an item takes it, when it is free; otherwise the page shows it and says who holds it. */

export type Holding =
  | { readonly is: 'held'; readonly claim: Claim }
  | { readonly is: 'closed' }
  /** It goes on under another uid: the claim of it is in this browser's keep. */
  | { readonly is: 'moved'; readonly uid: string }
  | { readonly is: 'taken' }
  | { readonly is: 'refused'; readonly error: ApiError };

async function resume(person: string, uid: string): Promise<Claim | null> {
  const kept = claims.read(person, uid);
  if (kept === null) return null;
  try {
    const { lease_until } = await worklist.heartbeat(uid, kept.transaction_uid);
    return { ...kept, lease_until };
  } catch (reason) {
    if (!isLost(toApiError(reason).status)) throw reason;
    claims.forget(person, uid);
    return null;
  }
}

export async function obtain(person: string, detail: WorkitemDetail): Promise<Holding> {
  if (detail.state === 'COMPLETED' || detail.state === 'CANCELED') {
    claims.forget(person, detail.uid);
    return { is: 'closed' };
  }
  const resumed = await resume(person, detail.uid);
  if (resumed !== null) return { is: 'held', claim: resumed };
  if (detail.state === 'IN PROGRESS' && !detail.mine) return { is: 'taken' };
  try {
    // Our own claim whose lock is gone with another browser: the holder may take it over without a word.
    const claim = await (detail.mine ? worklist.takeOver(detail.uid, '') : worklist.claim(detail.uid));
    claims.write(person, claim);
    return claim.uid === detail.uid ? { is: 'held', claim } : { is: 'moved', uid: claim.uid };
  } catch (reason) {
    const error = toApiError(reason);
    return error.status === 409 ? { is: 'taken' } : { is: 'refused', error };
  }
}
