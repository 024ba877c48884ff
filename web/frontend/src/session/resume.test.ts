import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { call, onExpired, setCsrf } from '../api/client';
import type { Session } from '../api/session';
import { ResumeGate, type ResumeListener } from './resume';

const sessionOf = (account: string): Session => ({
  csrf: 'fresh',
  person: {
    id: account,
    account,
    name: account,
    title: '',
    roles: ['radiologist'],
    unit: { id: 'u', name: '县医院', kind: 'lead' },
    must_change_password: false,
    second_factor: false,
    second_factor_needed: false,
  },
});

const answer = (status: number, body: unknown): Response => Response.json(body, { status });

const refused = (): Response => answer(401, { code: 'session-expired', detail: '登录已过期' });

describe('an expired session', () => {
  const gate = new ResumeGate();
  const server = vi.fn<typeof fetch>();

  beforeEach(() => {
    vi.stubGlobal('fetch', server);
    server.mockReset();
    gate.belongsTo('reader');
    onExpired(() => gate.ask());
    setCsrf('old');
  });
  afterEach(() => {
    gate.giveUp();
    vi.unstubAllGlobals();
  });

  it('asks once for many requests and sends each again, body and all, with the new token', async () => {
    const asked = vi.fn<ResumeListener>();
    const leave = gate.listen(asked);
    server.mockImplementation(() => Promise.resolve(refused()));
    const saves = ['甲', '乙'].map((findings) => call('/api/draft', { method: 'PUT', json: { findings } }));
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    await new Promise((done) => setTimeout(done, 20));
    expect(server).toHaveBeenCalledTimes(2);
    expect(asked.mock.calls).toEqual([[true]]);

    server.mockReset();
    server.mockImplementation(() => Promise.resolve(answer(200, { revision: 1 })));
    setCsrf('fresh');
    expect(gate.opened(sessionOf('reader'))).toBe(true);
    await expect(Promise.all(saves)).resolves.toEqual([{ revision: 1 }, { revision: 1 }]);
    const bodies = server.mock.calls.map(([, init]) => init?.body);
    expect(new Set(bodies)).toEqual(new Set(['{"findings":"甲"}', '{"findings":"乙"}']));
    expect(new Headers(server.mock.calls[0]?.[1]?.headers).get('X-CSRF-Token')).toBe('fresh');
    leave();
  });

  it('never sends one person’s words in another person’s session', async () => {
    server.mockImplementation(() => Promise.resolve(refused()));
    const save = call('/api/draft', { method: 'PUT', json: { findings: '甲' } });
    const failure = save.catch((reason: unknown) => reason);
    await vi.waitFor(() => expect(gate.asking).toBe(true));
    expect(gate.opened(sessionOf('somebody-else'))).toBe(false);
    await expect(failure).resolves.toMatchObject({ status: 401 });
    expect(server).toHaveBeenCalledTimes(1);
  });

  it('is not asked about by the sign-in itself', async () => {
    server.mockImplementation(() => Promise.resolve(refused()));
    await expect(call('/api/session', { anonymous: true })).rejects.toMatchObject({ status: 401 });
    expect(gate.asking).toBe(false);
  });
});

describe('the client', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('asks again for what is safe to ask again, and never repeats a change by itself', async () => {
    const server = vi.fn<typeof fetch>(() => Promise.reject(new TypeError('network')));
    vi.stubGlobal('fetch', server);
    await expect(call('/api/worklist')).rejects.toMatchObject({ code: 'network-unreachable' });
    expect(server).toHaveBeenCalledTimes(3);
    server.mockClear();
    await expect(call('/api/orders', { method: 'POST', json: {} })).rejects.toMatchObject({ status: 0 });
    expect(server).toHaveBeenCalledTimes(1);
  });

  it('turns a page that is not JSON into a sentence with a code', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('<h1>Bad</h1>', { status: 500 })));
    await expect(call('/api/worklist')).rejects.toMatchObject({ code: 'http-500', status: 500 });
  });
});
