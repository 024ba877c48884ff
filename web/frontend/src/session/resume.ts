import type { Session } from '../api/session';

/** One question for many refused requests: “your session has expired, sign in again”. All of them wait for one answer. */

export type ResumeListener = (asking: boolean) => void;

export class ResumeGate {
  private readonly listeners = new Set<ResumeListener>();
  private waiting: Promise<boolean> | null = null;
  private answer: ((resumed: boolean) => void) | null = null;
  private account: string | null = null;

  /** Whose session it is. Without a person there is nothing to resume: the sign-in page is shown instead. */
  belongsTo(account: string | null): void {
    this.account = account;
    if (account === null) this.settle(false);
  }

  get asking(): boolean {
    return this.waiting !== null;
  }

  /** Called by every request that was refused with 401. */
  ask(): Promise<boolean> {
    if (this.account === null) return Promise.resolve(false);
    this.waiting ??= new Promise((resolve) => {
      this.answer = resolve;
      this.tell(true);
    });
    return this.waiting;
  }

  /** A new session was opened. Somebody else's session must not send what the first person wrote. */
  opened(session: Session): boolean {
    const same = session.person.account === this.account;
    this.settle(same);
    return same;
  }

  giveUp(): void {
    this.settle(false);
  }

  listen(hear: ResumeListener): () => void {
    this.listeners.add(hear);
    return () => this.listeners.delete(hear);
  }

  private settle(resumed: boolean): void {
    const { answer } = this;
    this.waiting = null;
    this.answer = null;
    if (answer === null) return;
    answer(resumed);
    this.tell(false);
  }

  private tell(asking: boolean): void {
    for (const hear of this.listeners) hear(asking);
  }
}

export const resumeGate = new ResumeGate();
