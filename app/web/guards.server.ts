import { redirect, type AppLoadContext } from "@remix-run/node";
import type { ApiActor, ApiSession, PageCaller, PageSession, User } from "~/core/actor";
import type { Scope } from "~/core/scopes";
import { signInFirst } from "./page/sign-in-first";

/**
 * Who sends a request. Pages and `/api` ask here; how a cookie or a bearer token becomes an actor is the business of
 * `identity/edge`, which is installed at the start.
 */

export type Edge = Readonly<{ request: Request; context: AppLoadContext }>;

/** The user behind a bearer token. */
export type ApiCaller<Credential extends ApiActor = ApiActor> = Readonly<{
  actor: Credential;
  user: User;
}>;

/** What no scope opens is open to sessions alone. */
type RequireApiCaller = {
  (edge: Edge, scope?: undefined): Promise<ApiCaller<ApiSession>>;
  (edge: Edge, scope: Scope | undefined): Promise<ApiCaller>;
};

/** What `identity/edge` knows of requests. */
export type Identification = Readonly<{
  /** The person behind a page's cookie, or null. Looked up once a request, however many loaders ask. */
  findPageCaller: (edge: Edge) => Promise<PageCaller | null>;
  /** The user behind a bearer token; throws as `requireApiCaller` does. */
  requireApiCaller: RequireApiCaller;
  /** Hashes of the session identifiers in `Cookie` or `Set-Cookie` headers, dead ones too; they sign nobody in. */
  identifierPrints: (edge: Edge, cookies: readonly string[]) => Promise<string[]>;
  /** For the loaders that run after an answer is repeated: they see the session that its `Set-Cookie` headers bring. */
  adoptSession: (edge: Edge, cookies: readonly string[]) => void;
  /** The address of an account, for its own owner's browser; null if the account is gone. */
  emailOf: (userId: string) => Promise<string | null>;
}>;

let installed: Identification | undefined;

/** Installs what knows of cookies and tokens; once, before the first request. */
export function identifyBy(identification: Identification): void {
  installed = identification;
}

/** @throws {Error} where nothing was installed: a fault of the program, never of a request */
export function identification(): Identification {
  if (!installed) throw new Error("Nothing can tell who sends a request: installSurfaces() comes first");
  return installed;
}

/** The person behind a page's cookie, or null. */
export const findPageCaller = (edge: Edge): Promise<PageCaller | null> => identification().findPageCaller(edge);

/** What `signedIn` hands over. */
export type SignedIn = Readonly<{ actor: PageSession; caller: PageCaller }>;

/**
 * The guard of a page that only a signed-in person may see: `pageLoader(signedIn, …)`, `formAction(signedIn, …)`.
 *
 * @throws a redirect to `/login`, which leads back here afterwards
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
 * The user behind a bearer token (RFC 6750, section 2.1): an access token, or a personal access token that has the scope.
 *
 * @param scope - what a personal access token must be allowed; without one none is, whatever its scopes
 * @throws {Unauthenticated} if none was sent, {InvalidToken} if it is not good (any more)
 * @throws {InsufficientScope}
 * @throws {RateLimited} when the token has sent more requests than it may in a minute
 */
export function requireApiCaller(edge: Edge, scope?: undefined): Promise<ApiCaller<ApiSession>>;
export function requireApiCaller(edge: Edge, scope: Scope | undefined): Promise<ApiCaller>;
export function requireApiCaller(edge: Edge, scope?: Scope): Promise<ApiCaller> {
  return identification().requireApiCaller(edge, scope);
}
