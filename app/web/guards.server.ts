import { redirect, type AppLoadContext } from "@remix-run/node";
import type { ApiActor, ApiSession, PageCaller, PageSession, User } from "~/core/actor";
import type { Scope } from "~/core/scopes";
import { slot } from "~/core/registry";
import { signInFirst } from "./page/sign-in-first";

/**
 * Who sends a request. Pages and `/api` ask these functions. `identity/edge`, which is installed when the process
 * starts, turns a cookie or a bearer token into an actor.
 */

export type Edge = Readonly<{ request: Request; context: AppLoadContext }>;

/** The user behind a bearer token. */
export type ApiCaller<Credential extends ApiActor = ApiActor> = Readonly<{
  actor: Credential;
  user: User;
}>;

/** Without a scope, only sessions are let in. */
type RequireApiCaller = {
  (edge: Edge, scope?: undefined): Promise<ApiCaller<ApiSession>>;
  (edge: Edge, scope: Scope | undefined): Promise<ApiCaller>;
};

/** The functions that `identity/edge` provides. */
export type Identification = Readonly<{
  /** The person behind a page's cookie, or null. Looked up once per request, however many loaders ask. */
  findPageCaller: (edge: Edge) => Promise<PageCaller | null>;
  /** The user behind a bearer token; throws as `requireApiCaller` does. */
  requireApiCaller: RequireApiCaller;
  /**
   * Hashes of the session identifiers in `Cookie` or `Set-Cookie` headers, including expired ones. Nobody can sign in
   * with a hash.
   */
  identifierPrints: (edge: Edge, cookies: readonly string[]) => Promise<string[]>;
  /** Lets the loaders that run after a repeated answer see the session that the answer's `Set-Cookie` headers set. */
  adoptSession: (edge: Edge, cookies: readonly string[]) => void;
  /** The email address of an account, to be shown only in its owner's browser; null if the account is gone. */
  emailOf: (userId: string) => Promise<string | null>;
}>;

const installed = slot<Identification>("Nothing can tell who sends a request: installSurfaces() comes first");

/** Installs the functions that read cookies and tokens. Called once, before the first request. */
export const identifyBy = installed.install;

/** @throws {Error} if nothing was installed */
export const identification = installed.get;

/** The person behind a page's cookie, or null. */
export const findPageCaller = (edge: Edge): Promise<PageCaller | null> => identification().findPageCaller(edge);

/** What `signedIn` gives to a loader or a form. */
export type SignedIn = Readonly<{ actor: PageSession; caller: PageCaller }>;

/**
 * The guard of a page that only signed-in people may see: `pageLoader(signedIn, …)`, `formAction(signedIn, …)`.
 *
 * @throws a redirect to `/login`, which leads back to this page after the sign-in
 */
export async function signedIn(edge: Edge): Promise<SignedIn> {
  const caller = await findPageCaller(edge);
  if (!caller) throw signInFirst(edge.request);
  return { actor: caller.actor, caller };
}

/**
 * For pages that make sense only when nobody is signed in.
 *
 * @throws a redirect to `/tasks`
 */
export async function requireAnonymous(edge: Edge): Promise<void> {
  if (await findPageCaller(edge)) throw redirect("/tasks", 303);
}

/**
 * The user behind a bearer token (RFC 6750, section 2.1): an access token, or a personal access token that has the
 * scope.
 *
 * @param scope - the scope that a personal access token needs; without a scope, every personal access token is refused
 * @throws {Unauthenticated} if no token was sent, {InvalidToken} if the token is not valid (any more)
 * @throws {InsufficientScope} if the token lacks the scope
 * @throws {RateLimited} if the token has been used for more requests than it may in a minute
 */
export function requireApiCaller(edge: Edge, scope?: undefined): Promise<ApiCaller<ApiSession>>;
export function requireApiCaller(edge: Edge, scope: Scope | undefined): Promise<ApiCaller>;
export function requireApiCaller(edge: Edge, scope?: Scope): Promise<ApiCaller> {
  return identification().requireApiCaller(edge, scope);
}
