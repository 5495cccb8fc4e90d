/**
 * An account as somebody was found to be its owner. Every take-back (a reset, a change of the password, an undone change
 * of the address, the operator's commands) raises the version, so what was found before permits no write after.
 */
export type Standing = Readonly<{ userId: string; accessVersion: number }>;

/**
 * Who acts. Pages make it from the session cookie, `/api` from the bearer token; every domain function that touches
 * somebody's data takes it first and scopes its own query by `userId`.
 */
export type Actor = Standing &
  Readonly<{
    sessionId: string;
    /** "token" is a personal access token; `sessionId` is then the token's id, and there is no session. */
    via: "cookie" | "bearer" | "token";
    /**
     * The highest task number ever given to this user, as the request began: no more tasks can there be. It decides which
     * way a list is read, and nothing else. Left out where it is not known.
     */
    lastTaskNumber?: number;
  }>;

/** Where a request comes from, for the list of sessions, the limits and the audit table. */
export type Client = Readonly<{
  /** The network address, IPv4 or IPv6. */
  address: string;
  userAgent: string;
}>;
