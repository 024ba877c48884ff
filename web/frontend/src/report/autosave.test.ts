import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { ApiError, UNREACHABLE } from '../api/problem';
import type { Content } from '../api/worklist';
import { Autosave, type Saved, type SaveState, TYPING_PAUSE_MS } from './autosave';
import { keepFor } from './keep';

const words = (findings: string): Content => ({
  findings,
  impression: '',
  positive: null,
  recommendation: '',
  addendum: '',
  key_images: [],
});

const refusal = (status: number): ApiError =>
  new ApiError({ status, code: 'refused', detail: '不行', detailEn: 'no' });

function begin(put: Put) {
  const states: SaveState['is'][] = [];
  const keep = keepFor('doctor', '1.2.3');
  const autosave = new Autosave({ revision: 4, keep, put, onState: (state) => states.push(state.is) });
  return { autosave, keep, states };
}

const accept = (revision: number): Promise<Saved> =>
  Promise.resolve({ revision: revision + 1, saved_at: '2026-11-22T02:32:00Z' });

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
});
afterEach(() => vi.useRealTimers());

type Put = (revision: number, content: Content) => Promise<Saved>;

describe('autosave', () => {
  it('saves once, 1.5 s after the last key, with the newest text and the known revision', async () => {
    const put = vi.fn<Put>(accept);
    const { autosave, states } = begin(put);
    autosave.change(words('肺'));
    await vi.advanceTimersByTimeAsync(TYPING_PAUSE_MS - 1);
    autosave.change(words('肺野清晰'));
    await vi.advanceTimersByTimeAsync(TYPING_PAUSE_MS - 1);
    expect(put).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(put.mock.calls).toEqual([[4, words('肺野清晰')]]);
    expect(autosave.revision).toBe(5);
    expect(states).toEqual(['dirty', 'dirty', 'saving', 'saved']);
  });

  it('keeps the text on this machine until the server has acknowledged it', async () => {
    const { autosave, keep } = begin(accept);
    autosave.change(words('两肺纹理清晰'));
    expect(keep.read()?.content.findings).toBe('两肺纹理清晰');
    await autosave.flush();
    expect(keep.read()).toBeNull();
  });

  it('sends what was typed during a save in a second request, never two at once', async () => {
    const answers: ((saved: Saved) => void)[] = [];
    const put = vi.fn<Put>(() => new Promise((resolve) => answers.push(resolve)));
    const { autosave, keep } = begin(put);
    autosave.change(words('一'));
    const flushed = autosave.flush();
    await vi.advanceTimersByTimeAsync(0);
    autosave.change(words('一二'));
    await vi.advanceTimersByTimeAsync(10 * TYPING_PAUSE_MS);
    expect(put).toHaveBeenCalledTimes(1);
    answers[0]?.({ revision: 5, saved_at: '' });
    await flushed;
    expect(keep.read()?.content.findings).toBe('一二');
    await vi.advanceTimersByTimeAsync(TYPING_PAUSE_MS);
    expect(put).toHaveBeenLastCalledWith(5, words('一二'));
  });

});

describe('a draft that cannot be saved', () => {
  it('goes on trying with growing pauses when the line is down, then saves', async () => {
    let down = true;
    const put = vi.fn<Put>((revision) => (down ? Promise.reject(new ApiError(UNREACHABLE)) : accept(revision)));
    const { autosave, keep } = begin(put);
    autosave.change(words('气胸'));
    await autosave.flush();
    expect(autosave.state.is).toBe('offline');
    expect(keep.read()?.content.findings).toBe('气胸');
    await vi.advanceTimersByTimeAsync(2000);
    expect(put).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(3999);
    expect(put).toHaveBeenCalledTimes(2);
    down = false;
    await vi.advanceTimersByTimeAsync(1);
    expect(autosave.state.is).toBe('saved');
  });

  it('stops for good when the lease is lost and keeps every word', async () => {
    const put = vi.fn<Put>(() => Promise.reject(refusal(412)));
    const { autosave, keep } = begin(put);
    autosave.change(words('肋骨骨折'));
    await autosave.flush();
    autosave.change(words('肋骨骨折，错位'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(put).toHaveBeenCalledTimes(1);
    expect(autosave.state.is).toBe('lost');
    expect(keep.read()?.content.findings).toBe('肋骨骨折，错位');
  });

  it('asks instead of overwriting when another window saved, and saves on top when told so', async () => {
    const put = vi.fn<Put>((revision) => (revision < 9 ? Promise.reject(refusal(409)) : accept(revision)));
    const { autosave } = begin(put);
    autosave.change(words('甲'));
    await autosave.flush();
    expect(autosave.state.is).toBe('conflict');
    await autosave.adopt(9);
    expect(put).toHaveBeenLastCalledWith(9, words('甲'));
    expect(autosave.state.is).toBe('saved');
  });
});
