import { afterEach, expect, it, vi } from 'vitest';
import { begin, fetchBegun } from './ahead';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** A server that numbers its answers. */
function server(...statuses: readonly number[]): () => number {
  let asked = 0;
  vi.stubGlobal('fetch', (url: string) => {
    asked += 1;
    return Promise.resolve(new Response(`${url} ${asked}`, { status: statuses[asked - 1] ?? 200 }));
  });
  return () => asked;
}

it('gives the begun answer once, and reads ahead in a copy', async () => {
  const asked = server();
  expect(await (await begin('/a', {}))?.text()).toBe('/a 1');
  expect(await (await fetchBegun('/a', {})).text()).toBe('/a 1');
  expect(await (await fetchBegun('/a', {})).text()).toBe('/a 2');
  expect(asked()).toBe(2);
});

it('shares a refusal with who already waits, and forgets it for who comes later', async () => {
  server(401, 401);
  const early = begin('/a', {});
  expect((await fetchBegun('/a', {})).status).toBe(401);
  expect(await early).toBeUndefined();
  expect(await begin('/a', {})).toBeUndefined();
  expect(await (await fetchBegun('/a', {})).text()).toBe('/a 3');
});

it('asks again when the answer broke off or is old', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('the line is cut')));
  const broken = begin('/a', {});
  server();
  expect(await (await fetchBegun('/a', {})).text()).toBe('/a 1');
  expect(await broken).toBeUndefined();
  await begin('/b', {});
  vi.advanceTimersByTime(11_000);
  expect(await (await fetchBegun('/b', {})).text()).toBe('/b 3');
});

it('stops the begun answer when its user does', async () => {
  const heard: AbortSignal[] = [];
  vi.stubGlobal('fetch', (_url: string, init: RequestInit) => {
    if (init.signal) heard.push(init.signal);
    return Promise.resolve(new Response('film'));
  });
  const stop = new AbortController();
  await begin('/a', {});
  await fetchBegun('/a', { signal: stop.signal });
  stop.abort('no longer wanted');
  expect(heard[0]?.reason).toBe('no longer wanted');
  await begin('/a', {});
  await expect(fetchBegun('/a', { signal: stop.signal })).rejects.toBe('no longer wanted');
});
