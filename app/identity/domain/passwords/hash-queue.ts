import { RateLimited } from "~/core/errors";

/** The network address that a request came from, and the account that it is for. */
export type Asking = Readonly<{ address: string; account: string }>;

type Waiter = Readonly<{ enter: () => void; turnAway: () => void }>;

const tooMany = () => new RateLimited(2, "Too many people are signing in at this moment. Try again in a few seconds.");

const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, number) => total + number, 0);

/** The entry with the largest length; undefined if there is none. */
function longest<Key, Value>(entries: Iterable<[Key, Value]>, length: (value: Value) => number) {
  let found: { key: Key; length: number } | undefined;
  for (const [key, value] of entries)
    if (!found || length(value) > found.length) found = { key, length: length(value) };
  return found;
}

function sendToEnd<Key, Value>(lines: Map<Key, Value>, key: Key): void {
  const line = lines.get(key);
  if (line === undefined) return;
  lines.delete(key);
  lines.set(key, line);
}

/**
 * A queue for costly work with a limit on how much runs at a time. Network addresses take turns, and so do the accounts
 * at each address. So a flood from one address delays every other address by one piece of work, and a flood for one
 * account delays the other accounts at its address by one. When the queue is full, the address and account with the
 * most waiting work lose their newest piece.
 */
export class HashQueue {
  #running = 0;
  #count = 0;
  /** The waiting work by address and account; the one whose turn is next comes first. No entry is empty. */
  readonly #waiting = new Map<string, Map<string, Waiter[]>>();

  /**
   * @param width - how many run at a time
   * @param most - how many may wait
   */
  constructor(
    readonly width: number,
    readonly most: number,
  ) {}

  /**
   * Runs the work when it is its turn, and returns its result.
   *
   * @throws {RateLimited} when too many are waiting, and no other address or account has more waiting than this one
   */
  async run<Result>(asking: Asking, work: () => Promise<Result>): Promise<Result> {
    await this.#enter(asking);
    try {
      return await work();
    } finally {
      this.#running--;
      this.#moveBack(asking);
      this.#letIn();
    }
  }

  /** Moves an address and account that have just had a turn behind all that wait. */
  #moveBack({ address, account }: Asking): void {
    const accounts = this.#waiting.get(address);
    if (!accounts) return;
    sendToEnd(accounts, account);
    sendToEnd(this.#waiting, address);
  }

  #enter(asking: Asking): Promise<void> {
    return new Promise((enter, refuse) => {
      const turnAway = () => {
        refuse(tooMany());
      };
      if (this.#count >= this.most && !this.#makeRoom(asking)) {
        turnAway();
        return;
      }
      const accounts = this.#waiting.get(asking.address) ?? new Map<string, Waiter[]>();
      this.#waiting.set(asking.address, accounts);
      const line = accounts.get(asking.account) ?? [];
      accounts.set(asking.account, line);
      line.push({ enter, turnAway });
      this.#count++;
      this.#letIn();
    });
  }

  /** Turns away the newest work of an address or account that has more waiting than this one would have. */
  #makeRoom({ address, account }: Asking): boolean {
    const ofAddress = (accounts: Map<string, Waiter[]>) => sum([...accounts.values()].map((line) => line.length));
    const crowd = longest(this.#waiting, ofAddress);
    const own = this.#waiting.get(address);
    if (!crowd || (crowd.key !== address && crowd.length <= (own ? ofAddress(own) : 0) + 1)) return false;
    const accounts = this.#waiting.get(crowd.key) ?? new Map<string, Waiter[]>();
    const line = longest(accounts, ({ length }) => length);
    if (!line || (crowd.key === address && line.length <= (own?.get(account)?.length ?? 0) + 1)) return false;
    this.#take({ address: crowd.key, account: line.key }, "newest")?.turnAway();
    return true;
  }

  #take({ address, account }: Asking, which: "oldest" | "newest"): Waiter | undefined {
    const accounts = this.#waiting.get(address);
    const line = accounts?.get(account);
    const waiter = which === "oldest" ? line?.shift() : line?.pop();
    if (waiter) this.#count--;
    if (line?.length === 0) accounts?.delete(account);
    if (accounts?.size === 0) this.#waiting.delete(address);
    return waiter;
  }

  #letIn(): void {
    while (this.#running < this.width) {
      const [next] = this.#waiting;
      const [account] = next?.[1].keys() ?? [];
      if (!next || account === undefined) return;
      const asking = { address: next[0], account };
      const waiter = this.#take(asking, "oldest");
      this.#moveBack(asking);
      this.#running++;
      waiter?.enter();
    }
  }
}
