import { useState } from 'react';

/** What a dialog sends: one thing at a time, and why the last one was refused. */
export function useSending() {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<unknown>(null);
  const send = <Answer>(work: Promise<Answer>, done?: (answer: Answer) => void, refused?: (reason: unknown) => void): void => {
    setBusy(true);
    setTrouble(null);
    work
      .then(done, (reason: unknown) => {
        setTrouble(reason);
        refused?.(reason);
      })
      .finally(() => setBusy(false));
  };
  return { busy, trouble, send, setTrouble };
}
