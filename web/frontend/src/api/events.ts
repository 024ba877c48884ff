/** Live news from the server: which list changed. The page then fetches what it may see. */

export const TOPICS = ['worklist', 'upload', 'inbox', 'study', 'device', 'order', 'patient', 'item', 'recognition'] as const;
export type Topic = (typeof TOPICS)[number];

export interface Listener {
  readonly onNews: (topic: Topic, id: string) => void;
  readonly onLive: (live: boolean) => void;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

function idOf(data: unknown): string {
  if (typeof data !== 'string') return '';
  try {
    const parsed: unknown = JSON.parse(data);
    if (typeof parsed === 'object' && parsed !== null && 'id' in parsed) return String(parsed.id);
  } catch {
    // News without an id still says which list changed.
  }
  return '';
}

/** Listen until the returned function is called; reconnects by itself with growing pauses. */
export function listen({ onNews, onLive }: Listener): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_WAIT_MS;
  let closed = false;

  const open = (): void => {
    const opened = new EventSource('/api/events');
    source = opened;
    opened.addEventListener('open', () => {
      wait = FIRST_WAIT_MS;
      onLive(true);
    });
    for (const topic of TOPICS) {
      opened.addEventListener(topic, (event) => onNews(topic, idOf(event.data)));
    }
    opened.addEventListener('error', () => {
      onLive(false);
      opened.close();
      if (closed) return;
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    });
  };

  open();
  return () => {
    closed = true;
    clearTimeout(timer);
    source?.close();
  };
}
