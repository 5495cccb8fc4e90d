/**
 * Tokens and cookies come back with every request of their holder, and opening one gives the same answer each time
 * until it expires. This remembers the last answers, so that the cryptography is done once and not at every request.
 * Only what was found good is kept; whether its session still lives is asked of the database every time.
 */
export class RecentlyOpened<Content> {
  readonly #entries = new Map<string, { content: Content; expiresAt: number }>();

  /** @param most - how many are kept; the one that was stored first goes first */
  constructor(private readonly most = 1_000) {}

  /** What the sealed text held, if it was opened before and has not expired. */
  get(sealed: string, now = Date.now()): Content | undefined {
    const entry = this.#entries.get(sealed);
    if (!entry) return undefined;
    if (entry.expiresAt > now) return entry.content;
    this.#entries.delete(sealed);
    return undefined;
  }

  /** @param expiresAt - the seal's own `exp`, in seconds since 1970 */
  set(sealed: string, content: Content, expiresAt: number): void {
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined && this.#entries.size >= this.most) this.#entries.delete(oldest);
    this.#entries.set(sealed, { content, expiresAt: expiresAt * 1000 });
  }
}
