import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';

import { listen, type Topic } from '../api/events';

/** Lists stay fresh by news from the server; while the line for news is down they ask by themselves. */

const CONCERNS: Readonly<Record<Topic, readonly string[]>> = {
  worklist: ['worklist', 'studies'],
  upload: ['studies', 'unmatched'],
  study: ['studies', 'worklist', 'orders', 'unmatched'],
  inbox: ['inbox', 'studies', 'results'],
  device: ['devices', 'knocks'],
  order: ['orders', 'person', 'recognition'],
  patient: ['patients', 'person'],
  item: ['items', 'catalogue'],
  recognition: ['recognition', 'ledger', 'quality', 'orders'],
};

const GATHER_MS = 150;
const POLL_MS = 8000;
const RARE_POLL_MS = 60_000;

const listeners = new Set<() => void>();
let live = true;

function setLive(next: boolean): void {
  if (live === next) return;
  live = next;
  for (const hear of listeners) hear();
}

export function useLive(): boolean {
  return useSyncExternalStore(
    (hear) => {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
    () => live,
  );
}

/** How often a list asks by itself. */
export function useRefetchInterval(): number {
  return useLive() ? RARE_POLL_MS : POLL_MS;
}

/** Listen for as long as somebody is signed in. A burst of news becomes one question. */
export function useNews(): void {
  const cache = useQueryClient();
  useEffect(() => {
    const stale = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = (): void => {
      timer = undefined;
      for (const key of stale) void cache.invalidateQueries({ queryKey: [key] });
      stale.clear();
    };
    const stop = listen({
      onNews: (topic) => {
        for (const key of CONCERNS[topic]) stale.add(key);
        timer ??= setTimeout(refresh, GATHER_MS);
      },
      onLive: (now) => {
        if (now && !live) void cache.invalidateQueries();
        setLive(now);
      },
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [cache]);
}
