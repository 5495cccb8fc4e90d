import { signAccessToken } from "~/auth/access-token.server";
import { requireApiActor, requireApiCaller } from "~/auth/require-actor.server";
import { config } from "~/config.server";
import {
  profileBody,
  refreshBody,
  signInBody,
  signInForm,
  signUpBody,
  type User,
} from "~/domain/accounts/account-schema";
import { updateProfile } from "~/domain/accounts/accounts.server";
import { signIn } from "~/domain/accounts/sign-in.server";
import { openAccount } from "~/domain/accounts/sign-up.server";
import { refreshSession } from "~/domain/sessions/refresh-tokens.server";
import { endSession, type OpenedSession } from "~/domain/sessions/sessions.server";
import { mediaType, readForm, readJson } from "../api-body.server";
import { json, type ApiRequest } from "../api-route.server";

/** Accounts and tokens on `/api`. */

const userToJson = ({ id, email, name, isActive, createdAt }: User) => ({
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

export async function signup({ request, context }: ApiRequest): Promise<Response> {
  const body = await readJson(request, signUpBody);
  const session = await openAccount(body, { via: "bearer" }, context.client);
  if (!session) return json({ message: "Check your email to confirm your address, then sign in" }, 202);
  return json(await tokenAnswer(session), 201);
}

export async function login({ request, context }: ApiRequest): Promise<Response> {
  const { totp_code, backup_code, ...credentials } =
    mediaType(request) === "application/x-www-form-urlencoded"
      ? await readForm(request, signInForm)
      : await readJson(request, signInBody);
  const answer = totp_code ? { totpCode: totp_code } : backup_code ? { backupCode: backup_code } : undefined;
  return json(await tokenAnswer(await signIn(credentials, { via: "bearer" }, context.client, answer)));
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
