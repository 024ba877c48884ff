/**
 * Answers that are asked for before the page that needs them is there. Each is used once, and only while it is fresh; a
 * refusal that nobody waits for yet is forgotten, because what it refuses may be granted by then.
 */

const FRESH_MS = 10_000;

interface Begun {
  readonly answer: Promise<Response | undefined>;
  readonly at: number;
  readonly stop: AbortController;
}

const begun = new Map<string, Begun>();
const keyOf = (url: string): string => new URL(url, globalThis.location.href).href;

/** Ask now for what `fetchBegun` will be asked for soon. */
export function start(url: string, init: RequestInit): Promise<Response | undefined> {
  const key = keyOf(url);
  const stop = new AbortController();
  const answer = fetch(url, { ...init, signal: stop.signal })
    .catch(() => undefined)
    .then((response) => {
      if (response?.ok !== true) begun.delete(key);
      return response;
    });
  begun.set(key, { answer, at: performance.now(), stop });
  return answer;
}

/** The same, and a copy of the answer to read ahead; undefined when it is a refusal or none. */
export async function begin(url: string, init: RequestInit): Promise<Response | undefined> {
  const response = await start(url, init);
  return response?.ok === true ? response.clone() : undefined;
}

/** Like `fetch`, but takes the answer that is on its way already. */
export async function fetchBegun(url: string, init: RequestInit): Promise<Response> {
  const key = keyOf(url);
  const found = begun.get(key);
  begun.delete(key);
  if (found === undefined || performance.now() - found.at > FRESH_MS) return fetch(url, init);
  init.signal?.throwIfAborted();
  init.signal?.addEventListener('abort', () => found.stop.abort(init.signal?.reason));
  return (await found.answer) ?? fetch(url, init);
}
