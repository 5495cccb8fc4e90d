import { json } from "~/api/api-route.server";
import { inV1 } from "~/api/operation-parts";
import { operation } from "~/api/operation.server";
import { Unauthenticated } from "~/core/errors";
import { refreshSession, type RefreshedSession } from "~/identity/domain/sessions/refresh-tokens.server";
import { endSession, type OpenedSession } from "~/identity/domain/sessions/sessions.server";
import { WrongCredentials } from "~/identity/domain/sign-in/sign-in.server";
import { openAccount } from "~/identity/domain/sign-up/sign-up.server";
import { signAccessToken } from "~/identity/edge/access-token.server";
import { confirmFirst, signInWith, userToJson } from "./account-json.server";
import { mailSentAnswer, messageAnswer, signinAnswer, userAnswer, v1SessionAnswer, v1TokensAnswer } from "./answers";
import { refresh, signIn, signInAsForm, signUp } from "./bodies";

/**
 * Accounts in the second dialect: the paths, fields and words that clients of FastAPI-style back ends expect, over the
 * same functions as the rest of `/api` (docs/api-v1.md).
 */

/** Clients of this dialect keep their first refresh token and never store a new one. */
const oneRefreshToken = { via: "bearer", rotates: false } as const;

const tokensToJson = async ({ actor, user }: Pick<RefreshedSession, "actor" | "user">, refreshToken: string) => ({
  access_token: await signAccessToken(actor, user),
  refresh_token: refreshToken,
  token_type: "bearer",
});

const sessionToJson = async (session: OpenedSession) => ({
  user: userToJson(session.user),
  tokens: await tokensToJson(session, session.secret),
});

const signingIn = {
  ...inV1,
  method: "POST",
  errors: [401, 403, 429],
  reword: (error: unknown) =>
    error instanceof WrongCredentials ? new Unauthenticated("Incorrect email or password") : undefined,
} as const;

const openingSession = {
  ...signingIn,
  description: "Opens a session whose refresh token stays the same until its end.",
  answers: { 200: { description: "The account, and tokens of a new session.", body: v1SessionAnswer } },
};

/** The operations below `/api/v1`. */
export const v1AccountOperations = [
  operation({
    ...inV1,
    method: "POST",
    path: "/api/v1/auth/register",
    operationId: "v1Register",
    summary: "Create an account (v1)",
    description: "As `/api/auth/signup`, 202 included.",
    scope: "public",
    body: { json: signUp },
    answers: {
      201: { description: "The account, and its first tokens.", body: v1SessionAnswer },
      202: { description: "A mail is on its way to the address.", body: mailSentAnswer },
    },
    errors: [403, 429],
    async run({ body, context }) {
      const session = await openAccount(body, oneRefreshToken, context.client);
      return session ? json(await sessionToJson(session), 201) : confirmFirst();
    },
  }),
  operation({
    ...openingSession,
    path: "/api/v1/auth/login",
    operationId: "v1Login",
    summary: "Sign in with a form (v1)",
    scope: "public",
    body: { form: signInAsForm },
    async run({ body, context }) {
      return json(await sessionToJson(await signInWith(body, oneRefreshToken, context.client)));
    },
  }),
  operation({
    ...openingSession,
    path: "/api/v1/auth/login/json",
    operationId: "v1LoginJson",
    summary: "Sign in (v1)",
    scope: "public",
    body: { json: signIn },
    async run({ body, context }) {
      return json(await sessionToJson(await signInWith(body, oneRefreshToken, context.client)));
    },
  }),
  operation({
    ...inV1,
    method: "POST",
    path: "/api/v1/auth/refresh",
    operationId: "v1Refresh",
    summary: "Get a new access token (v1)",
    description:
      "The refresh token of a session that was opened below `/api/v1` comes back as it was; any other one is exchanged.",
    scope: "public",
    body: { json: refresh },
    answers: { 200: { description: "A new access token of the same session.", body: v1TokensAnswer } },
    errors: [401, 429],
    async run({ body, context }) {
      const session = await refreshSession(body.refresh_token, context.client);
      return json(await tokensToJson(session, session.refreshToken));
    },
  }),
  operation({
    ...inV1,
    method: "GET",
    path: "/api/v1/auth/me",
    operationId: "v1ReadMe",
    summary: "Read the account (v1)",
    description: "The account that the token belongs to.",
    scope: "account:read",
    answers: { 200: { description: "The account.", body: userAnswer } },
    run: ({ caller }) => Promise.resolve(json(userToJson(caller.user))),
  }),
  operation({
    ...inV1,
    method: "POST",
    path: "/api/v1/auth/logout",
    operationId: "v1Logout",
    summary: "Sign out (v1)",
    description: "Ends the session; its tokens are refused from then on.",
    scope: "session",
    answers: { 200: { description: "The session is gone.", body: messageAnswer } },
    async run({ caller, context }) {
      await endSession(caller.actor, context.client);
      return json({ message: "Successfully logged out" });
    },
  }),
];

/** Answers an access token only, but opens an ordinary session. */
export const signInForTokenOperation = operation({
  ...signingIn,
  path: "/api/auth/signin",
  operationId: "signInForToken",
  summary: "Sign in for an access token alone",
  description: "For clients that know no refresh token: signed in as long as the access token lives.",
  scope: "public",
  body: { json: signIn },
  answers: { 200: { description: "An access token of a new session.", body: signinAnswer } },
  async run({ body, context }) {
    const { actor, user } = await signInWith(body, { via: "bearer" }, context.client);
    return json({ token: await signAccessToken(actor, user) });
  },
});
