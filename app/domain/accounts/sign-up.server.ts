import { randomUUID } from "node:crypto";
import { db, isMissingRow, isUniqueViolation } from "~/data/db.server";
import type { Client } from "../actor";
import { Conflict } from "../errors";
import { countAttempt, signUpPerAddress, subscriberOf } from "../limits/limits.server";
import { recording } from "../sessions/audit.server";
import { openingSession, type OpenedSession, type SessionKind } from "../sessions/sessions.server";
import type { SignUp, User } from "./account-schema";
import { admitting, invitationSpent } from "./admission.server";
import { hashPassword, refuseGuessable } from "./passwords.server";

/** Signing up. */

/**
 * Creates an account and signs its owner in, in one transaction.
 *
 * @throws {Forbidden} if sign-up is closed, or by invitation and `input.invitation` is no good one
 * @throws {Invalid} if the password is one of those that are tried first
 * @throws {Conflict} on `email` if the address has an account
 * @throws {RateLimited} after 20 in an hour from one address
 */
export async function signUp(input: SignUp, kind: SessionKind, client: Client): Promise<OpenedSession> {
  const spendingInvitation = await admitting(input);
  await refuseGuessable(input.password, input.email, "password");
  await countAttempt({ limit: signUpPerAddress, subject: subscriberOf(client.address) });
  const taken = await db().user.findUnique({ where: { email: input.email }, select: { id: true } });
  if (taken) throw emailTaken();

  const hash = await hashPassword(input.password);
  const now = new Date();
  const user: User = {
    id: randomUUID(),
    email: input.email,
    name: input.name ?? defaultName(input.email),
    isActive: true,
    createdAt: now,
  };
  const { session, statement } = openingSession(user, kind, client, now);
  try {
    await db().$transaction([
      ...spendingInvitation,
      db().user.create({ data: { ...user, updatedAt: now } }),
      db().password.create({ data: { userId: user.id, hash, updatedAt: now } }),
      statement,
      recording({ kind: "sign_up", userId: user.id, sessionId: session.actor.sessionId, client }),
    ]);
  } catch (error) {
    if (isMissingRow(error)) throw invitationSpent();
    throw isUniqueViolation(error) ? emailTaken() : error;
  }
  return session;
}

const emailTaken = () => new Conflict("email", "Email already registered");

/** The e-mail's local part, as long as a name may be. */
export const defaultName = (email: string) => [...email.slice(0, email.lastIndexOf("@"))].slice(0, 100).join("");
