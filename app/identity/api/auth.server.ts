import { signAccessToken } from "~/identity/edge/access-token.server";
import type { z } from "zod";
import { requireApiActor, requireApiCaller } from "~/web/guards.server";
import { config } from "~/core/settings/config.server";
import { profileBody, refreshBody, signInBody, signInForm, signUpBody } from "~/identity/domain/account/account-schema";
import { updateProfile } from "~/identity/domain/account/accounts.server";
import type { Client, User } from "~/core/actor";
import { signIn } from "~/identity/domain/sign-in/sign-in.server";
import { openAccount } from "~/identity/domain/sign-up/sign-up.server";
import { refreshSession } from "~/identity/domain/sessions/refresh-tokens.server";
import { endSession, type OpenedSession, type SessionKind } from "~/identity/domain/sessions/sessions.server";
import { readForm, readJson } from "~/api/api-body.server";
import { mediaType } from "~/web/body/form-body.server";
import { json, type ApiRequest } from "~/api/api-route.server";

/** Accounts and tokens on `/api`. */

/** How `/api` writes an account. */
export const userToJson = ({ id, email, name, isActive, createdAt }: User) => ({
  id,
  email,
  name,
  is_active: isActive,
  created_at: createdAt,
});

const secondsUntil = (moment: Date) => Math.max(0, Math.round((moment.getTime() - Date.now()) / 1000));

const tokensToJson = async ({ actor, user }: Pick<OpenedSession, "actor" | "user">, refresh: string, until: Date) => ({
  access_token: await signAccessToken(actor, user),
  token_type: "bearer",
  expires_in: config().accessTokenSeconds,
  refresh_token: refresh,
  refresh_expires_in: secondsUntil(until),
});

const tokenAnswer = async (session: OpenedSession) => ({
  ...(await tokensToJson(session, session.secret, session.expiresAt)),
  user: userToJson(session.user),
});

/** The answer to a sign-up whose address has to be confirmed first, whether it is known or not. */
export const confirmFirst = () => json({ message: "Check your email to confirm your address, then sign in" }, 202);

export async function signup({ request, context }: ApiRequest): Promise<Response> {
  const body = await readJson(request, signUpBody);
  const session = await openAccount(body, { via: "bearer" }, context.client);
  if (!session) return confirmFirst();
  return json(await tokenAnswer(session), 201);
}

/** Signs in with what a body holds: the password, and a code if one comes along. */
export function signInWith(
  { totp_code, backup_code, ...credentials }: z.output<typeof signInBody>,
  kind: SessionKind,
  client: Client,
): Promise<OpenedSession> {
  const answer = totp_code ? { totpCode: totp_code } : backup_code ? { backupCode: backup_code } : undefined;
  return signIn(credentials, kind, client, answer);
}

export async function login({ request, context }: ApiRequest): Promise<Response> {
  const body =
    mediaType(request) === "application/x-www-form-urlencoded"
      ? await readForm(request, signInForm)
      : await readJson(request, signInBody);
  return json(await tokenAnswer(await signInWith(body, { via: "bearer" }, context.client)));
}

export async function refresh({ request, context }: ApiRequest): Promise<Response> {
  const { refresh_token } = await readJson(request, refreshBody);
  const session = await refreshSession(refresh_token, context.client);
  return json(await tokensToJson(session, session.refreshToken, session.expiresAt));
}

export async function logout({ request, context }: ApiRequest): Promise<Response> {
  await endSession(await requireApiActor({ request, context }), context.client);
  return json({ message: "Successfully logged out" });
}

export async function readMe({ request, context }: ApiRequest): Promise<Response> {
  return json(userToJson((await requireApiCaller({ request, context }, "account:read")).user));
}

export async function updateMe({ request, context }: ApiRequest): Promise<Response> {
  const actor = await requireApiActor({ request, context });
  return json(userToJson(await updateProfile(actor, await readJson(request, profileBody), context.client)));
}
