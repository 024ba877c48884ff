import { toApiError } from '../api/problem';
import { worklist, type WorkitemKind, type WorkitemRow } from '../api/worklist';
import { claims } from '../report/keep';

const TRIES = 5;

/** Take the most urgent free item. Somebody quicker may take one first: then the one after it. */
export async function claimNext(person: string, kind: WorkitemKind | undefined, not?: string): Promise<string | null> {
  const { items } = await worklist.list({ state: 'open', kind, limit: 20 });
  const free = items.filter((item) => item.state === 'SCHEDULED' && item.uid !== not).slice(0, TRIES);
  for (const item of free) {
    // One after the other on purpose: only one may be taken.
    // oxlint-disable-next-line no-await-in-loop
    if (await claimed(person, item)) return item.uid;
  }
  return null;
}

async function claimed(person: string, item: WorkitemRow): Promise<boolean> {
  try {
    claims.write(person, await worklist.claim(item.uid));
    return true;
  } catch (reason) {
    const { status } = toApiError(reason);
    if (status === 409 || status === 403 || status === 404) return false;
    throw reason;
  }
}
