import { json } from "~/api/api-route.server";
import { operation } from "~/api/operation.server";
import { updateProfile } from "~/identity/domain/account/accounts.server";
import { refreshSession } from "~/identity/domain/sessions/refresh-tokens.server";
import { endSession } from "~/identity/domain/sessions/sessions.server";
import { openAccount } from "~/identity/domain/sign-up/sign-up.server";
import { confirmFirst, sessionToJson, signInWith, tokensToJson, userToJson } from "./account-json.server";
import { mailSentAnswer, messageAnswer, refreshAnswer, tokensAnswer, userAnswer } from "./answers";
import { profileChange, refresh, signIn, signInAsForm, signUp } from "./bodies";

/** Accounts and tokens on `/api`. */

const tag = { name: "Accounts", description: "Signing up, in and out, and the account itself." };

export const accountOperations = [
  operation({
    method: "POST",
    path: "/api/auth/signup",
    operationId: "signUp",
    summary: "Create an account",
    description:
      "Creates an account and signs it in. Where the server asks for a confirmed address first, the answer is 202 for new and known addresses alike.",
    tag,
    scope: "public",
    body: { json: signUp },
    answers: {
      201: { description: "The account's first tokens.", body: tokensAnswer },
      202: { description: "A mail is on its way to the address.", body: mailSentAnswer },
    },
    errors: [403, 429],
    async run({ body, context }) {
      const session = await openAccount(body, { via: "bearer" }, context.client);
      return session ? json(await sessionToJson(session), 201) : confirmFirst();
    },
  }),
  operation({
    method: "POST",
    path: "/api/auth/login",
    operationId: "signIn",
    summary: "Sign in",
    description:
      "Opens a session. An account with two-step sign-in needs `totp_code` or `backup_code` too: without one the answer is a 401 whose `type` ends in `/second-factor-required`.",
    tag,
    scope: "public",
    body: { json: signIn, form: signInAsForm },
    answers: { 200: { description: "Tokens of a new session.", body: tokensAnswer } },
    errors: [401, 403, 429],
    async run({ body, context }) {
      return json(await sessionToJson(await signInWith(body, { via: "bearer" }, context.client)));
    },
  }),
  operation({
    method: "POST",
    path: "/api/auth/refresh",
    operationId: "refresh",
    summary: "Exchange a refresh token",
    description:
      "Answers the next refresh token. Sent again within 60 seconds, by a client that lost the answer or shares the token, the same token is answered with the same next one, as long as that has not been used. Later, or once it has, the token counts as stolen and ends the session.",
    tag,
    scope: "public",
    body: { json: refresh },
    answers: { 200: { description: "New tokens of the same session.", body: refreshAnswer } },
    errors: [401, 429],
    async run({ body, context }) {
      const session = await refreshSession(body.refresh_token, context.client);
      return json(await tokensToJson(session, session.refreshToken, session.expiresAt));
    },
  }),
  operation({
    method: "POST",
    path: "/api/auth/logout",
    operationId: "signOut",
    summary: "Sign out",
    description: "Ends the session; its tokens are refused from then on.",
    tag,
    scope: "session",
    answers: { 200: { description: "The session is gone.", body: messageAnswer } },
    async run({ caller, context }) {
      await endSession(caller.actor, context.client);
      return json({ message: "Successfully logged out" });
    },
  }),
  operation({
    method: "GET",
    path: "/api/auth/me",
    operationId: "readMe",
    summary: "Read the account",
    description: "The account that the token belongs to.",
    tag,
    scope: "account:read",
    answers: { 200: { description: "The account.", body: userAnswer } },
    run: ({ caller }) => Promise.resolve(json(userToJson(caller.user))),
  }),
  operation({
    method: "PATCH",
    path: "/api/auth/me",
    operationId: "updateMe",
    summary: "Change the account",
    description: "Changes the fields that are sent.",
    tag,
    scope: "session",
    body: { json: profileChange },
    answers: { 200: { description: "The account as it is now.", body: userAnswer } },
    async run({ caller, body, context }) {
      return json(userToJson(await updateProfile(caller.actor, body, context.client)));
    },
  }),
];
