import type { Scope } from "./scopes";

/**
 * An account as somebody was found to be its owner. Every take-back (a reset, a change of the password, an undone change
 * of the address, the operator's commands) raises the version, so what was found before permits no write after.
 */
export type Standing = Readonly<{ userId: string; accessVersion: number }>;

type Holder = Standing &
  Readonly<{
    /**
     * The highest task number ever given to this user, as the request began: no more tasks can there be. It decides which
     * way a list is read, and nothing else. Left out where it is not known.
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
 * token; every domain function that touches somebody's data takes it first and scopes its own query by `userId`. What
 * depends on the credential is asked of the functions below and of `services/permission`: a new member does not compile
 * before each of them knows it (docs/decisions/0022-who-acts.md).
 */
export type Actor = SessionActor | PersonalToken;

/** Who can call `/api`: every actor but a browser's session. */
export type ApiActor = Exclude<Actor, PageSession>;

type Held<Member extends Actor> = Omit<Member, "kind" | "scopes">;

/** The actor of a session that a browser holds. */
export const pageSession = (held: Held<PageSession>): PageSession => ({ ...held, kind: "page-session", scopes: "all" });

/** The actor of a session that a program holds. */
export const apiSession = (held: Held<ApiSession>): ApiSession => ({ ...held, kind: "api-session", scopes: "all" });

/**
 * The actor of a personal access token.
 *
 * @param scopes - what its owner chose for it; without any it may do nothing
 */
export const personalToken = (held: Held<PersonalToken>, scopes: readonly Scope[]): PersonalToken => ({
  ...held,
  kind: "personal-token",
  scopes,
});

/**
 * May the actor do something?
 *
 * @param scope - what a personal access token must have been given for it; undefined for what no scope opens
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

/** How a credential comes: in the cookie of a browser, or in a header that a program sends. */
export type Carrier = "cookie" | "bearer";

/** How the actor's credential came. */
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

/** What an account says of its owner to its owner. */
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
  /** The address that the session was last noted to be used from. */
  address: string;
  /** When the caller last proved to be the account's owner, by signing in or by being asked again. */
  provenAt: Date | null;
  /** Was the request sent with the identifier before the present one? Its answer leaves the cookie alone. */
  superseded: boolean;
}>;

/** The person behind a page's cookie. */
export type PageCaller = Caller<PageSession>;
