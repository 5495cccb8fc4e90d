import type { AppLoadContext } from "@remix-run/node";
import { config } from "~/core/settings/config.server";
import { credentialId, may, type Actor, type ApiSession, type PageCaller } from "~/core/actor";
import { InsufficientScope, InvalidToken, RateLimited, Unauthenticated } from "~/core/errors";
import {
  findCallerByIdentifier,
  findCallerBySession,
  noteUse,
  renewIdentifier,
} from "~/identity/domain/sessions/sessions.server";
import { countRequest, quotasPerAccount, quotaWindowSeconds } from "~/services/limits/request-quota";
import { hasTokenPrefix } from "~/identity/domain/tokens/personal-token";
import { findCallerByToken } from "~/identity/domain/tokens/personal-tokens.server";
import type { Scope } from "~/core/scopes";
import { hashSecret } from "~/core/secrets.server";
import { isSecure, setCookie } from "~/web/request-context";
import type { ApiCaller, Edge, Identification } from "~/web/guards.server";
import { emailOf } from "~/identity/domain/account/accounts.server";
import { asUnavailable } from "~/web/log/unavailable.server";
import { verifyAccessToken } from "./access-token.server";
import { clearSessionCookie, openSessionCookie, sealSessionCookie, sessionCookieName } from "./session-cookie.server";

/**
 * Finds the actor of a request. Pages use only the cookie, `/api` uses only the bearer token.
 */

function findPageCaller({ request, context }: Edge): Promise<PageCaller | null> {
  return (context.caller ??= lookUpPageCaller(request, context));
}

async function lookUpPageCaller(request: Request, context: AppLoadContext): Promise<PageCaller | null> {
  const secure = isSecure(context);
  const cookies = request.headers.get("Cookie");
  const identifier = await openSessionCookie(cookies, secure);
  // A cookie that cannot be read is not removed: cookies are shared between ports, so another instance on this host may
  // have set it.
  if (!identifier) return null;
  const caller = await findCallerByIdentifier(identifier);
  // A valid cookie without a session is not removed: the answer to a parallel request may be replacing it just now.
  if (!caller) return null;
  context.userId = caller.user.id;
  const expiresAt = await noteUse(caller, context.client);
  if (expiresAt)
    setCookie(context, await sealSessionCookie(identifier, { expiresAt, remembered: caller.remembered, secure }));
  return caller;
}

/**
 * Tells whether a person seems to be signed in, and who. Only for the frame of a page, which gives access to nothing.
 * While the database cannot be reached, a valid cookie counts as signed in.
 */
export async function seemsSignedIn(edge: Edge): Promise<{ signedIn: boolean; caller: PageCaller | null }> {
  try {
    const caller = await findPageCaller(edge);
    return { signedIn: caller !== null, caller };
  } catch (error) {
    if (!asUnavailable(error)) throw error;
    const cookie = await openSessionCookie(edge.request.headers.get("Cookie"), isSecure(edge.context));
    return { signedIn: cookie !== null, caller: null };
  }
}

async function identifierPrints({ context }: Edge, cookies: readonly string[]): Promise<string[]> {
  const identifiers = await Promise.all(
    cookies.map((cookie) => openSessionCookie(cookie.split("; Path=")[0] ?? "", isSecure(context))),
  );
  return identifiers.filter((one) => one !== null).map(hashSecret);
}

function adoptSession({ context }: Edge, cookies: readonly string[]): void {
  const secure = isSecure(context);
  const cookie = cookies.find((one) => one.startsWith(`${sessionCookieName(secure)}=`))?.split(";")[0];
  if (cookie === undefined) return;
  context.caller = openSessionCookie(cookie, secure).then((identifier) =>
    identifier ? findCallerByIdentifier(identifier) : null,
  );
}

/**
 * Gives the browser a new cookie for its session after the person has proved their identity again. The old cookie stops
 * working, so anybody who has copied it is signed out (OWASP ASVS 5.0, 7.2.4).
 *
 * @param caller - the caller that was found for this request
 */
export async function renewPageSession({ request, context }: Edge, caller: PageCaller): Promise<void> {
  const secure = isSecure(context);
  const identifier = await openSessionCookie(request.headers.get("Cookie"), secure);
  const fresh = identifier && (await renewIdentifier(caller.actor, identifier));
  if (!fresh) return;
  const { expiresAt, remembered } = caller;
  setCookie(context, await sealSessionCookie(fresh, { expiresAt, remembered, secure }));
}

/**
 * Removes the cookie of an ended session from the browser. A cookie of another instance on this host is not removed.
 */
export async function dropPageSession({ request, context }: Edge): Promise<void> {
  const secure = isSecure(context);
  const identifier = await openSessionCookie(request.headers.get("Cookie"), secure);
  if (identifier) setCookie(context, clearSessionCookie(secure));
}

/**
 * Finds the caller of a request to `/api`. The row of the session or token is read at every request, and the request is
 * counted against the quota before the scope is checked.
 *
 * @throws the errors that are listed at `requireApiCaller` in `web/guards.server.ts`
 */
function requireApiCaller(edge: Edge, scope?: undefined): Promise<ApiCaller<ApiSession>>;
function requireApiCaller(edge: Edge, scope: Scope | undefined): Promise<ApiCaller>;
async function requireApiCaller({ request, context }: Edge, scope?: Scope): Promise<ApiCaller> {
  const match = /^Bearer +(.+)$/i.exec(request.headers.get("Authorization") ?? "");
  const token = match?.[1];
  if (!token) throw new Unauthenticated("Send an access token as: Authorization: Bearer <token>");
  if (!/^[\w.~+/-]+=*$/.test(token)) throw new InvalidToken("malformed");
  const caller = hasTokenPrefix(token) ? await callerOfToken(token, context) : await callerOfSession(token, context);
  if (!may(caller.actor, scope)) throw outOfScope(scope);
  return caller;
}

const outOfScope = (scope: Scope | undefined) =>
  scope === undefined
    ? new InsufficientScope("A personal access token cannot do this. Sign in for it.")
    : new InsufficientScope(`This token lacks the scope ${scope}`, scope);

/**
 * Counts a request against the quota of its session or token, and writes the rest of the quota into the answer's
 * headers (the IETF's draft of RateLimit header fields).
 *
 * @throws {RateLimited} if the quota is used up
 */
function chargeQuota({ answerHeaders }: AppLoadContext, actor: Actor): void {
  const { rateLimits, apiRateLimit } = config();
  if (!rateLimits) return;
  const { limit, remaining, resetSeconds, exceeded } = countRequest(credentialId(actor), apiRateLimit);
  answerHeaders.set("RateLimit-Policy", `"token";q=${limit};w=${quotaWindowSeconds}`);
  answerHeaders.set("RateLimit", `"token";r=${remaining};t=${resetSeconds}`);
  if (exceeded)
    throw new RateLimited(resetSeconds, `Too many requests with this token. Go on in ${resetSeconds} seconds.`);
  if (countRequest(`account ${actor.userId}`, apiRateLimit * quotasPerAccount).exceeded)
    throw new RateLimited(resetSeconds, `Too many requests of this account. Go on in ${resetSeconds} seconds.`);
}

async function callerOfToken(token: string, context: AppLoadContext): Promise<ApiCaller> {
  const caller = await findCallerByToken(token, context.client);
  context.userId = caller.actor.userId;
  chargeQuota(context, caller.actor);
  return caller;
}

async function callerOfSession(token: string, context: AppLoadContext): Promise<ApiCaller> {
  const { userId, sessionId } = await verifyAccessToken(token);
  const caller = await findCallerBySession(sessionId);
  if (caller?.actor.userId !== userId) throw new InvalidToken("ended");
  context.userId = userId;
  chargeQuota(context, caller.actor);
  await noteUse(caller, context.client);
  return caller;
}

/** The functions that find the actor of a request. `web/guards.server.ts` describes each of them. */
export const identification: Identification = {
  findPageCaller,
  requireApiCaller,
  identifierPrints,
  adoptSession,
  emailOf,
};
