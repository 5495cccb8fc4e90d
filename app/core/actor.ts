import type { Scope } from "./scopes";

/**
 * An account, and the version of its access at the moment when somebody was identified as its owner. Whatever takes the
 * account back (a reset, a change of the password, an undone change of the address, the operator's commands) raises the
 * version, so somebody who was identified before it can write nothing after it.
 */
export type Standing = Readonly<{ userId: string; accessVersion: number }>;

type Holder = Standing &
  Readonly<{
    /**
     * The highest task number ever given to this user when the request began, which is an upper bound of how many tasks
     * the user has. It only decides which way a list is read. Left out where it is not known.
     */
    lastTaskNumber?: number;
  }>;

/** A session that a browser holds in its cookie. It may do everything. */
export type PageSession = Holder & Readonly<{ kind: "page-session"; sessionId: string; scopes: "all" }>;

/** A session that a program holds in an access token and a refresh token. It may do everything that `/api` offers. */
export type ApiSession = Holder & Readonly<{ kind: "api-session"; sessionId: string; scopes: "all" }>;

/** A personal access token, which belongs to no session and may do what its owner chose for it. */
export type PersonalToken = Holder & Readonly<{ kind: "personal-token"; tokenId: string; scopes: readonly Scope[] }>;

/** Somebody who has signed in. */
export type SessionActor = PageSession | ApiSession;

/**
 * Who acts, by the credential that the request brought. Pages make it from the session cookie, `/api` from the bearer
 * token; every domain function that touches somebody's data takes it first and scopes its own query by `userId`. The
 * functions below and `services/permission` decide whatever depends on the kind of credential: a new kind of actor does
 * not compile until each of them handles it (docs/decisions/0022-who-acts.md).
 */
export type Actor = SessionActor | PersonalToken;

/** Who can call `/api`: every actor except a browser's session. */
export type ApiActor = Exclude<Actor, PageSession>;

type Held<Member extends Actor> = Omit<Member, "kind" | "scopes">;

/** The actor of a session that a browser holds. */
export const pageSession = (held: Held<PageSession>): PageSession => ({ ...held, kind: "page-session", scopes: "all" });

/** The actor of a session that a program holds. */
export const apiSession = (held: Held<ApiSession>): ApiSession => ({ ...held, kind: "api-session", scopes: "all" });

/**
 * The actor of a personal access token.
 *
 * @param scopes - the scopes that its owner chose for it; a token without scopes may do nothing
 */
export const personalToken = (held: Held<PersonalToken>, scopes: readonly Scope[]): PersonalToken => ({
  ...held,
  kind: "personal-token",
  scopes,
});

/**
 * Whether the actor may do something.
 *
 * @param scope - the scope that a personal access token needs; undefined if no scope is enough, so that only sessions
 *   may
 */
export const may = ({ scopes }: Actor, scope: Scope | undefined): boolean =>
  scopes === "all" || (scope !== undefined && scopes.includes(scope));

/** The id of the row that the credential stands for, a UUID: the session's, or the token's. */
export function credentialId(actor: Actor): string {
  switch (actor.kind) {
    case "page-session":
    case "api-session":
      return actor.sessionId;
    case "personal-token":
      return actor.tokenId;
    default:
      return unknownActor(actor);
  }
}

/** How a credential is sent: in a browser's cookie, or in a header that a program sets. */
export type Carrier = "cookie" | "bearer";

/** How the actor's credential was sent. */
export function carrierOf(actor: Actor): Carrier {
  switch (actor.kind) {
    case "page-session":
      return "cookie";
    case "api-session":
    case "personal-token":
      return "bearer";
    default:
      return unknownActor(actor);
  }
}

/** For the last branch of a `switch` over the kinds of actors: it does not compile once a kind has no branch. */
export function unknownActor(actor: never): never {
  throw new Error(`An actor of a kind that nobody knows: ${JSON.stringify(actor)}`);
}

/** Where a request comes from, for the list of sessions, the limits and the audit table. */
export type Client = Readonly<{
  /** The network address, IPv4 or IPv6. */
  address: string;
  userAgent: string;
}>;

/** The data of an account that its owner may see. */
export type User = Readonly<{
  id: string;
  email: string;
  name: string;
  isActive: boolean;
  createdAt: Date;
}>;

/** Who calls in a session: the actor, the user's own data, and when the session ends. */
export type Caller<Session extends SessionActor = SessionActor> = Readonly<{
  actor: Session;
  user: User;
  remembered: boolean;
  createdAt: Date;
  lastSeenAt: Date;
  renewedAt: Date;
  expiresAt: Date;
  endsAt: Date;
  /** The network address from which the session was last recorded as used. */
  address: string;
  /** When the caller last proved to be the account's owner, by signing in or by confirming it again. */
  provenAt: Date | null;
  /** Whether the request was sent with the session's previous identifier. If so, the answer does not set the cookie. */
  superseded: boolean;
}>;

/** The person behind a page's cookie. */
export type PageCaller = Caller<PageSession>;
