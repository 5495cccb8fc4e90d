/**
 * Limits the memory that request bodies hold at once, for one subscriber and for all together. A body that arrives
 * slowly is held until it is complete, and one client can begin any number of them.
 */
export type Refusal = "subscriber" | "everybody";

/** The memory that one request holds. */
export type Share = Readonly<{
  /** Holds more bytes. If a limit would be exceeded, nothing more is held and the answer says whose limit it is. */
  take: (bytes: number) => Refusal | null;
  /** Gives everything back. May be called more than once. */
  release: () => void;
}>;

export class BodyBudget {
  readonly #held = new Map<string, number>();
  #total = 0;

  /**
   * @param perSubscriber - bytes that one subscriber's bodies may hold
   * @param together - bytes that all bodies together may hold
   */
  constructor(
    readonly perSubscriber: number,
    readonly together: number,
  ) {}

  /** The share of a new request of this subscriber. */
  share(subscriber: string): Share {
    let mine = 0;
    return {
      take: (bytes) => {
        const held = (this.#held.get(subscriber) ?? 0) + bytes;
        if (held > this.perSubscriber) return "subscriber";
        if (this.#total + bytes > this.together) return "everybody";
        this.#held.set(subscriber, held);
        this.#total += bytes;
        mine += bytes;
        return null;
      },
      release: () => {
        const left = (this.#held.get(subscriber) ?? 0) - mine;
        if (left > 0) this.#held.set(subscriber, left);
        else this.#held.delete(subscriber);
        this.#total -= mine;
        mine = 0;
      },
    };
  }
}
