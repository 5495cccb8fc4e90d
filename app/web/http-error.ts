/**
 * A request that fails before the domain is asked: the wrong method, media type or form of body.
 */
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
