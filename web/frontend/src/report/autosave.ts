import { toApiError, type Problem } from '../api/problem';
import type { Content } from '../api/worklist';
import type { Keep } from './keep';

/** Saves a draft after a pause in typing: one request at a time, the newest text last, nothing dropped. */

export type SaveState =
  | { readonly is: 'clean' | 'dirty' | 'saving' }
  | { readonly is: 'saved'; readonly at: string }
  | { readonly is: 'offline' }
  | { readonly is: 'refused' | 'lost' | 'conflict'; readonly problem: Problem };

export interface Saved {
  readonly revision: number;
  readonly saved_at: string;
}

export interface AutosaveOptions {
  readonly revision: number;
  readonly keep: Keep;
  readonly put: (revision: number, content: Content) => Promise<Saved>;
  readonly onState: (state: SaveState) => void;
  readonly now?: () => Date;
}

export const TYPING_PAUSE_MS = 1500;
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 30_000;

export class Autosave {
  private readonly options: AutosaveOptions;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pending: Content | null = null;
  private running: Promise<void> | null = null;
  private retryMs = FIRST_RETRY_MS;
  private closed = false;
  private known: number;
  state: SaveState = { is: 'clean' };

  constructor(options: AutosaveOptions) {
    this.options = options;
    this.known = options.revision;
  }

  /** The revision that the next write must carry. */
  get revision(): number {
    return this.known;
  }

  change(content: Content): void {
    this.pending = content;
    this.mirror(content);
    if (this.closed) return;
    if (this.state.is !== 'saving') this.become({ is: 'dirty' });
    this.schedule(TYPING_PAUSE_MS);
  }

  /** Save now and resolve when nothing is left to save, or when it cannot be saved. */
  async flush(): Promise<SaveState> {
    clearTimeout(this.timer);
    if (this.running !== null) await this.running;
    if (this.pending !== null && !this.closed) {
      this.running = this.save();
      await this.running;
    }
    return this.state;
  }

  /** After a conflict: keep this window's text on top of the newer revision. */
  adopt(revision: number): Promise<SaveState> {
    this.known = revision;
    this.closed = false;
    return this.flush();
  }

  /** After a conflict: the saved text was taken over, ours is dropped on purpose. */
  drop(revision: number): void {
    this.known = revision;
    this.closed = false;
    this.pending = null;
    this.options.keep.forget();
    this.become({ is: 'clean' });
  }

  /** The item is finished: what was kept on this machine is no longer needed. */
  finish(): void {
    this.stop();
    this.pending = null;
    this.options.keep.forget();
  }

  /** No more requests; the text stays kept. */
  stop(): void {
    clearTimeout(this.timer);
    this.closed = true;
  }

  private schedule(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), milliseconds);
  }

  private mirror(content: Content): void {
    const at = (this.options.now?.() ?? new Date()).toISOString();
    this.options.keep.write({ revision: this.known, content, at });
  }

  private async save(): Promise<void> {
    const content = this.pending;
    if (content === null) return;
    this.become({ is: 'saving' });
    try {
      const saved = await this.options.put(this.known, content);
      this.acknowledge(saved, content);
    } catch (reason) {
      this.failed(toApiError(reason));
    } finally {
      this.running = null;
    }
  }

  private acknowledge(saved: Saved, content: Content): void {
    this.known = saved.revision;
    this.retryMs = FIRST_RETRY_MS;
    if (this.pending === content) {
      this.pending = null;
      this.options.keep.forget();
      this.become({ is: 'saved', at: saved.saved_at });
    } else {
      this.become({ is: 'dirty' });
      this.schedule(TYPING_PAUSE_MS);
    }
  }

  private failed(error: ReturnType<typeof toApiError>): void {
    const { problem } = error;
    if (problem.status === 412 || problem.status === 410) {
      this.stop();
      this.become({ is: 'lost', problem });
    } else if (problem.status === 409) {
      this.stop();
      this.become({ is: 'conflict', problem });
    } else if (error.unreachable || problem.status >= 500 || problem.status === 429) {
      this.become({ is: 'offline' });
      if (!this.closed) this.schedule(this.retryMs);
      this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS);
    } else {
      this.become({ is: 'refused', problem });
    }
  }

  private become(next: SaveState): void {
    this.state = next;
    this.options.onState(next);
  }
}
