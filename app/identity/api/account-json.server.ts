import type { z } from "zod";
import { json } from "~/api/api-route.server";
import type { Client, User } from "~/core/actor";
import { config } from "~/core/settings/config.server";
import type { signInBody } from "~/identity/domain/account/account-schema";
import type { RefreshedSession } from "~/identity/domain/sessions/refresh-tokens.server";
import type { OpenedSession, SessionKind } from "~/identity/domain/sessions/sessions.server";
import { signIn } from "~/identity/domain/sign-in/sign-in.server";
import { signAccessToken } from "~/identity/edge/access-token.server";

/** How `/api` writes accounts and sessions, and reads credentials. */

export const userToJson = ({ id, email, name, isActive, createdAt }: User) => ({
  id,
  email,
  name,
  is_active: isActive,
  created_at: createdAt,
});

const secondsUntil = (moment: Date) => Math.max(0, Math.round((moment.getTime() - Date.now()) / 1000));

/**
 * The tokens of a session.
 *
 * @param until - when the refresh token expires
 */
export const tokensToJson = async (
  { actor, user }: Pick<RefreshedSession, "actor" | "user">,
  refreshToken: string,
  until: Date,
) => ({
  access_token: await signAccessToken(actor, user),
  token_type: "bearer",
  expires_in: config().accessTokenSeconds,
  refresh_token: refreshToken,
  refresh_expires_in: secondsUntil(until),
});

/** The tokens of a new session, with its user. */
export const sessionToJson = async (session: OpenedSession) => ({
  ...(await tokensToJson(session, session.secret, session.expiresAt)),
  user: userToJson(session.user),
});

/** The answer to a sign-up whose address must be confirmed first, whether the address is known or not. */
export const confirmFirst = () => json({ message: "Check your email to confirm your address, then sign in" }, 202);

/** Signs in with the contents of a body: the password, and a code if there is one. Throws as `signIn` does. */
export function signInWith(
  { totp_code, backup_code, ...credentials }: z.output<typeof signInBody>,
  kind: SessionKind,
  client: Client,
): Promise<OpenedSession> {
  const answer = totp_code ? { totpCode: totp_code } : backup_code ? { backupCode: backup_code } : undefined;
  return signIn(credentials, kind, client, answer);
}
