import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

import { type Claim, type Content, worklist, type WorkitemDetail } from '../api/worklist';
import { Autosave, type SaveState } from './autosave';
import { sameContent, startOf } from './content';
import { claims, keepFor } from './keep';
import { Lease, type LeaseState } from './lease';

/** The text of one held item: what is on the page, how far it is saved, and whether the item is still held. */

export interface DraftDoor {
  readonly content: Content;
  readonly change: (patch: Partial<Content>) => void;
  readonly save: () => Promise<SaveState>;
  readonly saveState: SaveState;
  readonly leaseState: LeaseState;
  /** Unsaved text came back from this machine when the page opened. */
  readonly restored: boolean;
  /** Text that was typed under an earlier attempt and never reached the server. */
  readonly stray: Stray | null;
  readonly settleStray: (use: boolean) => void;
  readonly revision: () => number;
  readonly keepMine: (newest: number) => void;
  readonly keepTheirs: (newest: { readonly revision: number; readonly content: Content }) => void;
  readonly finish: () => void;
  readonly lose: () => void;
}

export interface Stray {
  readonly content: Content;
  readonly forget: () => void;
}

interface Begin {
  readonly content: Content;
  readonly restored: boolean;
}

/** Text of this person from before a lost lease, found under an earlier attempt at the same task. */
function strayOf(person: string, { uid, kind, history }: WorkitemDetail, saved: Content): Stray | null {
  for (const attempt of history.toReversed()) {
    if (attempt.uid === uid || attempt.kind !== kind) continue;
    const keep = keepFor(person, attempt.uid);
    const kept = keep.read();
    if (kept !== null && !sameContent(kept.content, saved)) return { content: kept.content, forget: keep.forget };
  }
  return null;
}

/** Unsaved text of this person comes back by itself, if nothing newer was saved; older text is only offered. */
function begin(person: string, detail: WorkitemDetail): Begin {
  const saved = startOf(detail);
  const revision = detail.draft?.revision ?? 0;
  const own = keepFor(person, detail.uid).read();
  if (own !== null && own.revision >= revision && !sameContent(own.content, saved)) return { content: own.content, restored: true };
  return { content: saved, restored: false };
}

export function useDraft(person: string, detail: WorkitemDetail, claim: Claim): DraftDoor {
  const [start] = useState(() => begin(person, detail));
  const [content, setContent] = useState(start.content);
  const [saveState, setSaveState] = useState<SaveState>({ is: 'clean' });
  const [leaseState, setLeaseState] = useState<LeaseState>('held');
  const newest = useRef(start.content);
  const [stray, setStray] = useState(() => strayOf(person, detail, start.content));

  const [{ autosave, lease }] = useState(() => {
    const held = new Lease({ claim, onState: setLeaseState });
    const saving = new Autosave({
      revision: detail.draft?.revision ?? 0,
      keep: keepFor(person, detail.uid),
      put: (revision, text) =>
        worklist.saveDraft(detail.uid, { transaction_uid: claim.transaction_uid, revision, content: text }),
      onState: (state) => {
        setSaveState(state);
        if (state.is === 'lost') held.lose();
      },
    });
    return { autosave: saving, lease: held };
  });

  useEffect(() => {
    lease.start();
    if (start.restored) autosave.change(newest.current);
    return () => {
      void autosave.flush();
      lease.pause();
    };
  }, [lease, autosave, start]);

  const change = useCallback(
    (patch: Partial<Content>) => {
      newest.current = { ...newest.current, ...patch };
      setContent(newest.current);
      autosave.change(newest.current);
    },
    [autosave],
  );

  return useMemo(
    () => ({
      content,
      change,
      saveState,
      leaseState,
      restored: start.restored,
      stray,
      settleStray: (use) => {
        if (use && stray !== null) change(stray.content);
        stray?.forget();
        setStray(null);
      },
      save: () => autosave.flush(),
      revision: () => autosave.revision,
      keepMine: (revision) => void autosave.adopt(revision),
      keepTheirs: (draft) => {
        autosave.drop(draft.revision);
        newest.current = draft.content;
        setContent(draft.content);
      },
      finish: () => {
        autosave.finish();
        lease.end();
        claims.forget(person, detail.uid);
        stray?.forget();
      },
      lose: () => {
        autosave.stop();
        lease.lose();
      },
    }),
    [content, change, saveState, leaseState, start, stray, autosave, lease, person, detail],
  );
}
