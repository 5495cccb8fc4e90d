import { randomUUID } from "node:crypto";
import { changePassword } from "~/identity/domain/recovery/change-password.server";
import { undoEmailChange } from "~/identity/domain/email-change/email-change.server";
import { makeToken } from "~/services/one-time-tokens/one-time-tokens.server";
import { deleteAccountByOperator, endSessionsOf, setAccountActive } from "~/identity/domain/lifecycle/operator.server";
import { resetPassword } from "~/identity/domain/recovery/password-reset.server";
import type { Client, PersonalToken, SessionActor, User } from "~/core/actor";
import { endSession, revokeSession, type OpenedSession } from "~/identity/domain/sessions/sessions.server";
import { createToken, findCallerByToken, revokeToken } from "~/identity/domain/tokens/personal-tokens.server";
import { newUser, openSession, password } from "../people";

/** An account that both its owner and a stranger have access to, and the ways to take it back. */

export const somebody = (): Client => ({ address: `198.51.100.1 ${randomUUID()}`, userAgent: "Vitest" });

export type Person = Readonly<{
  user: User;
  /** The previous address of the account, whose owner can undo the change. */
  former: string;
  /** In a browser that somebody else uses too. */
  browser: OpenedSession;
  /** On `/api`, by the same stranger. */
  api: OpenedSession;
  /** The stranger's program, with a personal access token. */
  program: PersonalToken;
  /** The owner, elsewhere. */
  owner: SessionActor;
}>;

/** A new account with sessions and a token. */
export async function newPerson(): Promise<Person> {
  const user = await newUser({ verified: true });
  const [browser, api, owner] = [
    await openSession(user, { via: "cookie", remembered: true }),
    await openSession(user, { via: "bearer" }),
    await openSession(user, { via: "cookie", remembered: false }),
  ];
  const wish = { id: randomUUID(), name: "A program", scopes: ["tasks:write"] as const };
  const token = await createToken(owner.actor, { ...wish, expiresAt: new Date(Date.now() + 86_400_000) }, somebody());
  const { actor: program } = await findCallerByToken(token ?? "", somebody());
  return { user, former: `${randomUUID()}@example.com`, browser, api, program, owner: owner.actor };
}

const anotherPassword = "a wide view from the ridge";

/** The ways to take an account back, by their names in the table of operations. */
export const takeBacks = {
  "a reset": async ({ user }: Person) => {
    const secret = await makeToken("reset-password", { userId: user.id, email: user.email });
    await resetPassword(secret, anotherPassword, somebody());
  },
  "a change of the password": ({ owner }: Person) =>
    changePassword(owner, { currentPassword: password, newPassword: anotherPassword }, somebody()),
  "being disabled and enabled": async ({ user }: Person) => {
    await setAccountActive(user.email, false);
    await setAccountActive(user.email, true);
  },
  "an undone change of the address": async ({ user, former }: Person) => {
    const minuteAgo = new Date(Date.now() - 60_000);
    await undoEmailChange(await makeToken("undo-email", { userId: user.id, email: former }, minuteAgo), somebody());
  },
  "its deletion": ({ user }: Person) => deleteAccountByOperator(user.id),
  "the operator's end of all sessions": async ({ user }: Person) => {
    await endSessionsOf(user.email);
  },
  "signing out": async ({ browser, api }: Person) => {
    await endSession(browser.actor, somebody());
    await endSession(api.actor, somebody());
  },
  "the end of the session from elsewhere": async ({ owner, browser, api }: Person) => {
    await revokeSession(owner, browser.actor.sessionId, somebody());
    await revokeSession(owner, api.actor.sessionId, somebody());
  },
  "the token's end": ({ owner, program }: Person) => revokeToken(owner, program.tokenId, somebody()),
} satisfies Record<string, (person: Person) => Promise<void>>;

export type TakeBack = keyof typeof takeBacks;
