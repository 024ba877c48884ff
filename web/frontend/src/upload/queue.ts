import { sendFile, type SendFile } from '../api/upload';
import { type ApiError, toApiError } from '../api/problem';
import type { UploadResult } from '../api/studies';

/** Files on their way: a few at a time, each with its own progress and result, failed ones sent again on demand. */

export type Stage = 'waiting' | 'sending' | 'checking' | 'done' | 'failed' | 'cancelled';

export interface Item {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly stage: Stage;
  /** 0 to 1. */
  readonly progress: number;
  readonly results: readonly UploadResult[];
  readonly error: ApiError | null;
}

export interface NewFile {
  readonly name: string;
  readonly file: Blob;
}

type Send = (job: SendFile) => Promise<readonly UploadResult[]>;

const AT_ONCE = 3;

export class UploadQueue {
  private items: readonly Item[] = [];
  private readonly files = new Map<number, Blob>();
  private readonly listeners = new Set<() => void>();
  private readonly aborts = new Map<number, AbortController>();
  private readonly transmit: Send;
  private last = 0;

  constructor(transmit: Send = sendFile) {
    this.transmit = transmit;
  }

  readonly subscribe = (hear: () => void): (() => void) => {
    this.listeners.add(hear);
    return () => this.listeners.delete(hear);
  };

  readonly snapshot = (): readonly Item[] => this.items;

  get busy(): boolean {
    return this.items.some(({ stage }) => stage === 'waiting' || stage === 'sending' || stage === 'checking');
  }

  add(files: readonly NewFile[]): void {
    const added = files.map(({ name, file }): Item => {
      this.last += 1;
      this.files.set(this.last, file);
      return { id: this.last, name, size: file.size, stage: 'waiting', progress: 0, results: [], error: null };
    });
    this.become([...this.items, ...added]);
    this.pump();
  }

  /** Send again what did not arrive. What the server refused by a rule would be refused again. */
  retry(): void {
    this.become(
      this.items.map((item) =>
        item.stage === 'failed' || item.stage === 'cancelled' ? { ...item, stage: 'waiting', progress: 0, error: null } : item,
      ),
    );
    this.pump();
  }

  cancel(): void {
    this.become(this.items.map((item) => (item.stage === 'waiting' ? { ...item, stage: 'cancelled' } : item)));
    for (const abort of this.aborts.values()) abort.abort();
  }

  clearFinished(): void {
    for (const item of this.items) if (item.stage === 'done') this.files.delete(item.id);
    this.become(this.items.filter((item) => item.stage !== 'done'));
  }

  private pump(): void {
    for (const item of this.items) {
      if (this.aborts.size >= AT_ONCE) return;
      if (item.stage === 'waiting') void this.run(item);
    }
  }

  private async run({ id, name }: Item): Promise<void> {
    const file = this.files.get(id);
    if (file === undefined) return;
    const abort = new AbortController();
    this.aborts.set(id, abort);
    this.change(id, { stage: 'sending' });
    const onProgress = (share: number): void =>
      this.change(id, { progress: share, stage: share >= 1 ? 'checking' : 'sending' });
    try {
      const results = await this.transmit({ file, name, onProgress, signal: abort.signal });
      this.change(id, { stage: 'done', progress: 1, results });
    } catch (reason) {
      const cancelled = reason instanceof DOMException && reason.name === 'AbortError';
      this.change(id, cancelled ? { stage: 'cancelled' } : { stage: 'failed', error: toApiError(reason) });
    } finally {
      this.aborts.delete(id);
      this.pump();
    }
  }

  private change(id: number, patch: Partial<Item>): void {
    this.become(this.items.map((item) => (item.id === id ? { ...item, ...patch } : item)));
  }

  private become(items: readonly Item[]): void {
    this.items = items;
    for (const hear of this.listeners) hear();
  }
}

/** One queue for the tab: leaving the page does not stop what is on its way. */
export const uploads = new UploadQueue();
