import type { Claim, Content } from '../api/worklist';

/** What this browser keeps until the server has it: unsaved text and the claim, so a reload or a crash loses nothing. */

export interface Kept {
  readonly revision: number;
  readonly content: Content;
  readonly at: string;
}

export interface Keep {
  read: () => Kept | null;
  write: (kept: Kept) => void;
  forget: () => void;
}

const PREFIX = 'lianzhen.keep';
const OLDEST_MS = 7 * 24 * 3600 * 1000;

const draftKey = (person: string, uid: string): string => `${PREFIX}.draft.${person}.${uid}`;
const claimKey = (person: string, uid: string): string => `${PREFIX}.claim.${person}.${uid}`;

function read(key: string): object | null {
  const stored = localStorage.getItem(key);
  if (stored === null) return null;
  try {
    const value: unknown = JSON.parse(stored);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Half written: it is removed below.
  }
  localStorage.removeItem(key);
  return null;
}

const isKept = (value: object): value is Kept => 'revision' in value && 'content' in value && 'at' in value;

const isClaim = (value: object): value is Claim =>
  'uid' in value && 'transaction_uid' in value && 'lease_until' in value && 'lease_seconds' in value;

function readAs<T extends object>(key: string, is: (value: object) => value is T): T | null {
  const value = read(key);
  return value !== null && is(value) ? value : null;
}

function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // The browser's store is full or forbidden: the text is still in the page and goes to the server.
  }
}

/** The unsaved text of one workitem by one person; another person at the same machine never sees it. */
export function keepFor(person: string, uid: string): Keep {
  const key = draftKey(person, uid);
  return {
    read: () => readAs(key, isKept),
    write: (kept) => write(key, kept),
    forget: () => localStorage.removeItem(key),
  };
}

export const claims = {
  read: (person: string, uid: string): Claim | null => readAs(claimKey(person, uid), isClaim),
  write: (person: string, claim: Claim): void => write(claimKey(person, claim.uid), claim),
  forget: (person: string, uid: string): void => localStorage.removeItem(claimKey(person, uid)),
};

/** Patient text must not stay on a shared machine for ever. */
export function sweep(now: number): void {
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(`${PREFIX}.`)) continue;
    const at = Date.parse(readAs(key, isKept)?.at ?? readAs(key, isClaim)?.lease_until ?? '');
    if (Number.isNaN(at) || now - at > OLDEST_MS) localStorage.removeItem(key);
  }
}
