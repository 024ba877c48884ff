import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { ApiError, UNREACHABLE } from '../api/problem';
import { Lease, type LeaseState } from './lease';

const claim = { uid: '2.25.1', transaction_uid: '2.25.2', lease_until: '2026-11-22T03:00:00Z', lease_seconds: 90 };
const held = { lease_until: '2026-11-22T03:01:30Z' };

type Beat = (uid: string, transaction: string) => Promise<{ readonly lease_until: string }>;

function hold(heartbeat: Beat) {
  const states: LeaseState[] = [];
  const lease = new Lease({ claim, heartbeat, onState: (state) => states.push(state) });
  lease.start();
  return { lease, states };
}

describe('lease', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it('sends a heartbeat every third of the lease', async () => {
    const heartbeat = vi.fn<Beat>(() => Promise.resolve(held));
    hold(heartbeat);
    await vi.advanceTimersByTimeAsync(29_999);
    expect(heartbeat).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(heartbeat).toHaveBeenCalledWith('2.25.1', '2.25.2');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(heartbeat).toHaveBeenCalledTimes(3);
  });

  it('is uncertain while the line is down and held again afterwards', async () => {
    const heartbeat = vi.fn<Beat>(() => Promise.resolve(held)).mockRejectedValueOnce(new ApiError(UNREACHABLE));
    const { states } = hold(heartbeat);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states).toEqual(['uncertain', 'held']);
  });

  it('is lost at once when the server refuses, and asks no more', async () => {
    const lost = new ApiError({ status: 412, code: 'lease-lost', detail: '', detailEn: '' });
    const heartbeat = vi.fn<Beat>(() => Promise.reject(lost));
    const { lease, states } = hold(heartbeat);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(heartbeat).toHaveBeenCalledTimes(1);
    expect(states).toEqual(['lost']);
    expect(lease.state).toBe('lost');
  });

  it('never becomes lost after it has ended, even when a late answer says so', async () => {
    const lost = new ApiError({ status: 412, code: 'lease-lost', detail: '', detailEn: '' });
    const { lease, states } = hold(
      () => new Promise((_resolve, reject) => setTimeout(() => reject(lost), 5000)),
    );
    await vi.advanceTimersByTimeAsync(30_000);
    lease.end();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states).toEqual(['ended']);
  });
});
