/**
 * How much memory the bodies of requests may hold at once: of one subscriber, and of all together. A body that comes in
 * slowly is held until it is complete, and nobody says how many somebody begins.
 */
export type Refusal = "subscriber" | "everybody";

/** What one request holds. */
export type Share = Readonly<{
  /** Holds more; the answer is whose limit is reached, and then nothing more is held. */
  take: (bytes: number) => Refusal | null;
  /** Gives everything back; as often as one likes. */
  release: () => void;
}>;

export class BodyBudget {
  readonly #held = new Map<string, number>();
  #total = 0;

  /**
   * @param perSubscriber - bytes that one subscriber's bodies may hold
   * @param together - bytes that all may hold
   */
  constructor(
    readonly perSubscriber: number,
    readonly together: number,
  ) {}

  /** Begins a request of a subscriber. */
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
