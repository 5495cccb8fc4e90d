/**
 * A cache of tokens and cookies that were opened recently. Clients send the same token or cookie with every request,
 * and opening it gives the same content until it expires, so the cryptography need not be repeated at every request.
 * Only valid ones are kept. The database is still asked at every request whether the session exists.
 */
export class RecentlyOpened<Content> {
  readonly #entries = new Map<string, { content: Content; expiresAt: number }>();

  /** @param most - how many entries are kept; the oldest entry is removed first */
  constructor(private readonly most = 1_000) {}

  /** The content of a sealed text, if the text was opened before and has not expired. */
  get(sealed: string, now = Date.now()): Content | undefined {
    const entry = this.#entries.get(sealed);
    if (!entry) return undefined;
    if (entry.expiresAt > now) return entry.content;
    this.#entries.delete(sealed);
    return undefined;
  }

  /** @param expiresAt - the `exp` of the sealed text, in seconds since 1970 */
  set(sealed: string, content: Content, expiresAt: number): void {
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined && this.#entries.size >= this.most) this.#entries.delete(oldest);
    this.#entries.set(sealed, { content, expiresAt: expiresAt * 1000 });
  }
}
