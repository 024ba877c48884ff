import { useState } from 'react';

import { toApiError } from '../api/problem';
import { session as api, type Session } from '../api/session';

export interface Opening {
  readonly trouble: unknown;
  readonly busy: boolean;
  /** The password was right and the account has a second factor: its code is asked for. */
  readonly asksCode: boolean;
  readonly open: (account: string, password: string, code: string) => Promise<Session | null>;
  readonly reset: () => void;
}

/** One sign-in: password first, then the code of the authenticator for those who have one. */
export function useOpening(): Opening {
  const [trouble, setTrouble] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [asksCode, setAsksCode] = useState(false);
  const refused = (reason: unknown): null => {
    const asked = toApiError(reason).code === 'code-needed';
    if (asked) setAsksCode(true);
    setTrouble(asked ? null : reason);
    return null;
  };
  return {
    trouble,
    busy,
    asksCode,
    open: async (account, password, code) => {
      setBusy(true);
      try {
        return await api.open(account, password, asksCode ? code : '');
      } catch (reason) {
        return refused(reason);
      } finally {
        setBusy(false);
      }
    },
    reset: () => {
      setTrouble(null);
      setAsksCode(false);
    },
  };
}
