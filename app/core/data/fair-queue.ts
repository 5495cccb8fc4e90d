/**
 * Lets pieces of work in: so many at a time, one of an account at a time, and the accounts in turn. So an account that
 * asks for a hundred waits for its own ninety-nine, and everybody else for one of it at most.
 */
export class FairQueue {
  #running = 0;
  readonly #busy = new Set<string>();
  /** By account, whose turn is next first. */
  readonly #waiting = new Map<string, (() => void)[]>();

  /** @param width - how many run at a time */
  constructor(readonly width: number) {}

  /** Runs the work when it is its turn, and answers what it answers. */
  async run<Result>(account: string, work: () => Promise<Result>): Promise<Result> {
    await this.#enter(account);
    try {
      return await work();
    } finally {
      this.#busy.delete(account);
      this.#running--;
      this.#sendToEnd(account);
      this.#letIn();
    }
  }

  /** Whoever has had a turn comes after all that wait. */
  #sendToEnd(account: string): void {
    const line = this.#waiting.get(account);
    if (!line) return;
    this.#waiting.delete(account);
    this.#waiting.set(account, line);
  }

  #enter(account: string): Promise<void> {
    return new Promise((enter) => {
      const line = this.#waiting.get(account);
      if (line) line.push(enter);
      else this.#waiting.set(account, [enter]);
      this.#letIn();
    });
  }

  #letIn(): void {
    for (const [account, line] of this.#waiting) {
      if (this.#running >= this.width) return;
      if (this.#busy.has(account)) continue;
      const enter = line.shift();
      if (line.length === 0) this.#waiting.delete(account);
      this.#busy.add(account);
      this.#running++;
      enter?.();
    }
  }
}
