import { randomUUID } from "node:crypto";
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from "jose";
import { config } from "~/core/settings/config.server";
import type { SessionActor, User } from "~/core/actor";
import { InvalidToken } from "~/core/errors";
import { RecentlyOpened } from "./recently-opened";
import { signingKey, verificationKey } from "./signing-keys.server";

/**
 * Access tokens: JWT signed with HS256 over the raw bytes of `JWT_SECRET_KEY`, or with `JWT_PRIVATE_KEY` (RFC 7519,
 * RFC 8725). They are short-lived, and stop working even earlier if the session's row is deleted.
 */

/** Header fields that would let a token bring its own key along (RFC 8725, section 3.10). */
const keyCarriers = ["jku", "jwk", "x5u", "x5c"] as const;

/** Signs an access token for a session. Personal data goes in only where `JWT_CLAIMS` asks for it. */
export async function signAccessToken(
  actor: Pick<SessionActor, "userId" | "sessionId">,
  user: User,
  now = new Date(),
): Promise<string> {
  const { jwtIssuer, jwtAudience, jwtClaims, accessTokenSeconds } = config();
  const issuedAt = Math.floor(now.getTime() / 1000);
  const { alg, kid, key } = await signingKey();
  const token = new SignJWT({
    sid: actor.sessionId,
    ...Object.fromEntries(jwtClaims.map((claim) => [claim, user[claim]])),
  })
    .setProtectedHeader({ alg, typ: "JWT", ...(kid ? { kid } : {}) })
    .setIssuer(jwtIssuer)
    .setSubject(actor.userId)
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + accessTokenSeconds);
  if (jwtAudience) token.setAudience(jwtAudience);
  return token.sign(key);
}

type TokenSubject = Readonly<{ userId: string; sessionId: string }>;

const recent = new RecentlyOpened<TokenSubject>();

/**
 * Checks signature, algorithm, issuer, audience, times and required claims.
 *
 * @returns the user and the session that the token names. The caller has to check that the session still exists
 * @throws {InvalidToken} if any of these checks fails
 */
export async function verifyAccessToken(token: string): Promise<TokenSubject> {
  const known = recent.get(token);
  if (known) return known;
  const { jwtIssuer, jwtAudience } = config();
  try {
    const header = decodeProtectedHeader(token);
    if (keyCarriers.some((field) => field in header)) throw new Error("the token brings its own key");
    const { alg, key } = await verificationKey(header.kid);
    const { payload } = await jwtVerify(token, key, {
      algorithms: [alg],
      issuer: jwtIssuer,
      ...(jwtAudience ? { audience: jwtAudience } : {}),
      requiredClaims: ["iss", "sub", "sid", "jti", "iat", "exp"],
    });
    if (typeof payload.sub !== "string" || typeof payload.sid !== "string") throw new Error("claims of another type");
    const subject: TokenSubject = { userId: payload.sub, sessionId: payload.sid };
    recent.set(token, subject, payload.exp ?? 0);
    return subject;
  } catch (error) {
    // JOSE checks the times after the signature, so "expired" is only said of tokens that this program has signed.
    throw new InvalidToken(error instanceof errors.JWTExpired ? "expired" : "malformed");
  }
}
