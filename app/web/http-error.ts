/** A request that is refused before it reaches the domain: wrong method, wrong media type or malformed body. */
export class HttpError extends Error {
  override name = "HttpError";
  constructor(
    readonly status: 400 | 403 | 404 | 405 | 409 | 413 | 415,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}
