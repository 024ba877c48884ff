import { worklist, type Claim } from '../api/worklist';
import { toApiError } from '../api/problem';

/** Holding a workitem: a heartbeat every third of the lease, until it is lost or finished. */

export type LeaseState = 'held' | 'uncertain' | 'lost' | 'ended';

type Timer = ReturnType<typeof setTimeout>;

export interface LeaseOptions {
  readonly claim: Claim;
  readonly onState: (state: LeaseState) => void;
  readonly heartbeat?: (uid: string, transactionUid: string) => Promise<{ readonly lease_until: string }>;
}

/** The server says that somebody else holds it, it is over, or it is not ours: nothing that trying again would change. */
const FINAL_REFUSALS: ReadonlySet<number> = new Set([403, 404, 409, 410, 412]);

export const isLost = (status: number): boolean => FINAL_REFUSALS.has(status);

export class Lease {
  readonly claim: Claim;
  private readonly options: LeaseOptions;
  private timer: Timer | undefined;
  private current: LeaseState = 'held';
  private running = false;

  constructor(options: LeaseOptions) {
    this.options = options;
    this.claim = options.claim;
  }

  get state(): LeaseState {
    return this.current;
  }

  start(): void {
    this.running = true;
    this.schedule();
  }

  /** The page is left; what is held stays held until the lease runs out or the page is opened again. */
  pause(): void {
    this.running = false;
    clearTimeout(this.timer);
  }

  /** The item was submitted, approved or given back: no heartbeat any more. */
  end(): void {
    clearTimeout(this.timer);
    this.become('ended');
  }

  /** A save was refused with a lost lease: the heartbeat need not find it out again. */
  lose(): void {
    clearTimeout(this.timer);
    this.become('lost');
  }

  async beat(): Promise<void> {
    const send = this.options.heartbeat ?? worklist.heartbeat;
    try {
      await send(this.claim.uid, this.claim.transaction_uid);
      if (this.over()) return;
      this.become('held');
    } catch (reason) {
      if (this.over()) return;
      if (isLost(toApiError(reason).status)) {
        this.lose();
        return;
      }
      this.become('uncertain');
    }
    if (this.running) this.schedule();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.beat(), (this.claim.lease_seconds * 1000) / 3);
  }

  private over(): boolean {
    return this.current === 'lost' || this.current === 'ended';
  }

  private become(next: LeaseState): void {
    if (this.current === next || this.over()) return;
    this.current = next;
    this.options.onState(next);
  }
}
