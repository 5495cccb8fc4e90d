import { parse, serialize } from "cookie";
import { EncryptJWT, jwtDecrypt } from "jose";
import { keyring } from "~/core/keyring.server";
import { RecentlyOpened } from "./recently-opened";

/**
 * The browser's session cookie: a JWE (RFC 7516, `dir` with `A256GCM`) around the session's identifier. The browser
 * can neither read nor alter it, and whoever reads the database cannot make one.
 */
const plainName = "holdfast_session";

/** With https the `__Host-` prefix keeps other hosts of the domain from setting it (OWASP ASVS 5.0, 3.3.1 and 3.3.3). */
export const sessionCookieName = (secure: boolean): string => (secure ? `__Host-${plainName}` : plainName);

/**
 * The `Set-Cookie` value for a session.
 *
 * @param identifier - the 256-bit identifier, base64url
 * @param options - `secure` when the public origin is https; `remembered` to outlive the browser
 */
export async function sealSessionCookie(
  identifier: string,
  options: { expiresAt: Date; remembered: boolean; secure: boolean },
): Promise<string> {
  const [{ id, key }] = keyring().cookieKeys;
  const sealed = await new EncryptJWT({ session: identifier })
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: id })
    .setExpirationTime(options.expiresAt)
    .encrypt(key);
  return serialize(sessionCookieName(options.secure), sealed, {
    ...attributes(options.secure),
    ...(options.remembered ? { expires: options.expiresAt } : {}),
  });
}

/** The `Set-Cookie` value that removes the cookie. */
export const clearSessionCookie = (secure: boolean): string =>
  serialize(sessionCookieName(secure), "", { ...attributes(secure), maxAge: 0 });

const attributes = (secure: boolean) => ({ path: "/", httpOnly: true, sameSite: "lax", secure }) as const;

const recent = new RecentlyOpened<string>();

/**
 * Reads the identifier from a request's `Cookie` header.
 *
 * @returns null if there is no cookie, or if the cookie was altered, has expired or was sealed with an unknown key. In
 * all   these cases the browser is signed out
 */
export async function openSessionCookie(header: string | null, secure: boolean): Promise<string | null> {
  const sealed = header === null ? undefined : parse(header)[sessionCookieName(secure)];
  if (!sealed) return null;
  const known = recent.get(sealed);
  if (known) return known;
  try {
    const { payload } = await jwtDecrypt(
      sealed,
      ({ kid }) => {
        const known = keyring().cookieKeys.find(({ id }) => id === kid);
        if (!known) throw new Error("unknown key");
        return known.key;
      },
      { keyManagementAlgorithms: ["dir"], contentEncryptionAlgorithms: ["A256GCM"], requiredClaims: ["exp"] },
    );
    if (typeof payload.session !== "string") return null;
    recent.set(sealed, payload.session, payload.exp ?? 0);
    return payload.session;
  } catch {
    return null;
  }
}
