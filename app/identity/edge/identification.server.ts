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
 * Where a request becomes an actor. A page looks at the cookie alone, `/api` at the bearer token alone.
 */

function findPageCaller({ request, context }: Edge): Promise<PageCaller | null> {
  return (context.caller ??= lookUpPageCaller(request, context));
}

async function lookUpPageCaller(request: Request, context: AppLoadContext): Promise<PageCaller | null> {
  const secure = isSecure(context);
  const cookies = request.headers.get("Cookie");
  const identifier = await openSessionCookie(cookies, secure);
  // One that cannot be read stays: browsers do not tell ports apart, so it may be that of another instance on this host.
  if (!identifier) return null;
  const caller = await findCallerByIdentifier(identifier);
  // A good cookie of no session stays: the answer to another request may just be bringing its successor.
  if (!caller) return null;
  context.userId = caller.user.id;
  const expiresAt = await noteUse(caller, context.client);
  if (expiresAt)
    setCookie(context, await sealSessionCookie(identifier, { expiresAt, remembered: caller.remembered, secure }));
  return caller;
}

/**
 * Is somebody signed in, as far as can be told, and who? For the frame of a page, which grants nothing: when the database
 * cannot be asked, a cookie of ours is believed, for nobody was signed out.
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
 * Gives the browser a new cookie for its session once its person has proved again who they are: whoever copied the old
 * one is signed out (OWASP ASVS 5.0, 7.2.4).
 *
 * @param caller - as it was found for this request
 */
export async function renewPageSession({ request, context }: Edge, caller: PageCaller): Promise<void> {
  const secure = isSecure(context);
  const identifier = await openSessionCookie(request.headers.get("Cookie"), secure);
  const fresh = identifier && (await renewIdentifier(caller.actor, identifier));
  if (!fresh) return;
  const { expiresAt, remembered } = caller;
  setCookie(context, await sealSessionCookie(fresh, { expiresAt, remembered, secure }));
}

/** Takes the cookie of an ended session away from the browser, unless it is that of another instance on this host. */
export async function dropPageSession({ request, context }: Edge): Promise<void> {
  const secure = isSecure(context);
  const identifier = await openSessionCookie(request.headers.get("Cookie"), secure);
  if (identifier) setCookie(context, clearSessionCookie(secure));
}

/**
 * The row of the session or token is asked at every request, and the quota is counted before the scope is looked at.
 *
 * @throws as `requireApiCaller` of `web/guards.server.ts` says
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
 * Counts a request against the quota of its session or token, and says how much is left in the headers of the answer
 * (the IETF's draft of RateLimit header fields).
 *
 * @throws {RateLimited}
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

/** How requests become actors in this program; `web/guards.server.ts` says what each part is for. */
export const identification: Identification = {
  findPageCaller,
  requireApiCaller,
  identifierPrints,
  adoptSession,
  emailOf,
};
