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

/** What an account says of its owner to its owner. */
export type User = Readonly<{
  id: string;
  email: string;
  name: string;
  isActive: boolean;
  createdAt: Date;
}>;

/** Who calls: the actor, the user's own data, and when the session ends. */
export type Caller = Readonly<{
  actor: Actor;
  user: User;
  remembered: boolean;
  createdAt: Date;
  lastSeenAt: Date;
  renewedAt: Date;
  expiresAt: Date;
  endsAt: Date;
  /** The address that the session was last noted to be used from. */
  address: string;
  /** When the caller last proved to be the account's owner, by signing in or by being asked again. */
  provenAt: Date | null;
  /** Was the request sent with the identifier before the present one? Its answer leaves the cookie alone. */
  superseded: boolean;
}>;
