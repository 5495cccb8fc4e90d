/**
 * A queue with a limit on how much runs at a time. Each account runs one piece of work at a time and the accounts take
 * turns, so an account with a hundred pieces delays every other account by at most one of them.
 */
export class FairQueue {
  #running = 0;
  readonly #busy = new Set<string>();
  /** The waiting work of each account. The account whose turn is next comes first. */
  readonly #waiting = new Map<string, (() => void)[]>();

  /** @param width - how many run at a time */
  constructor(readonly width: number) {}

  /** Runs the work when it is its turn, and returns its result. */
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

  /** Moves an account that has just had a turn behind all waiting accounts. */
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
