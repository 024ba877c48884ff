import { describe, expect, it, vi } from 'vitest';

import { ApiError, UNREACHABLE } from '../api/problem';
import type { SendFile } from '../api/upload';
import type { UploadResult } from '../api/studies';
import { type NewFile, UploadQueue } from './queue';

const files = (...names: readonly string[]): NewFile[] => names.map((name) => ({ name, file: new Blob([name]) }));

const stored = (name: string): UploadResult => ({
  name,
  outcome: 'stored',
  code: null,
  message: '',
  message_en: '',
  study_instance_uid: '1.2',
});

const stages = (queue: UploadQueue): string => queue.snapshot().map(({ stage }) => stage).join(' ');

type Send = (job: SendFile) => Promise<readonly UploadResult[]>;

describe('upload queue', () => {
  it('sends at most three files at once and all in the end', async () => {
    let [now, most] = [0, 0];
    const queue = new UploadQueue(async ({ name }) => {
      now += 1;
      most = Math.max(most, now);
      await Promise.resolve();
      now -= 1;
      return [stored(name)];
    });
    queue.add(files('a', 'b', 'c', 'd', 'e', 'f', 'g'));
    await vi.waitFor(() => expect(queue.busy).toBe(false));
    expect(most).toBe(3);
    expect(queue.snapshot().flatMap(({ results }) => results.map(({ name }) => name))).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  });

  it('keeps a failed file and sends only that one again', async () => {
    const send = vi.fn<Send>(({ name }) => Promise.resolve([stored(name)]));
    send.mockRejectedValueOnce(new ApiError(UNREACHABLE));
    const queue = new UploadQueue(send);
    queue.add(files('a', 'b'));
    await vi.waitFor(() => expect(stages(queue)).toBe('failed done'));
    queue.retry();
    await vi.waitFor(() => expect(stages(queue)).toBe('done done'));
    expect(send.mock.calls.map(([job]) => job.name)).toEqual(['a', 'b', 'a']);
  });

  it('says that the server is checking when all bytes have left', async () => {
    const queue = new UploadQueue(({ onProgress }) => {
      onProgress(0.4);
      onProgress(1);
      return new Promise(() => undefined);
    });
    queue.add(files('a'));
    await vi.waitFor(() => expect(queue.snapshot()[0]).toMatchObject({ stage: 'checking', progress: 1 }));
  });

  it('cancels what waits and what is on its way', async () => {
    const queue = new UploadQueue(
      ({ signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))),
        ),
    );
    queue.add(files('a', 'b', 'c', 'd'));
    queue.cancel();
    await vi.waitFor(() => expect(stages(queue)).toBe('cancelled cancelled cancelled cancelled'));
  });
});
