/**
 * Who acts. Pages make it from the session cookie, `/api` from the bearer token; every domain function that touches
 * somebody's data takes it first and scopes its own query by `userId`.
 */
export type Actor = Readonly<{
  userId: string;
  sessionId: string;
  /** "token" is a personal access token; `sessionId` is then the token's id, and there is no session. */
  via: "cookie" | "bearer" | "token";
}>;

/** Where a request comes from, for the list of sessions, the limits and the audit table. */
export type Client = Readonly<{
  /** The network address, IPv4 or IPv6. */
  address: string;
  userAgent: string;
}>;
