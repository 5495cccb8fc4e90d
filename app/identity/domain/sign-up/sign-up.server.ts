import { randomUUID } from "node:crypto";
import { db, isMissingRow, isUniqueViolation } from "~/core/data/db.server";
import { transaction } from "~/core/data/transaction.server";
import type { Client, User } from "~/core/actor";
import { Conflict } from "~/core/errors";
import { isWithin, signUpPerEmail, signUpPerAddress } from "~/services/limits/limits.server";
import { subscriberOf } from "~/core/network-address";
import { askedMailTo, mailQueued, queueing } from "~/services/mail/outbox.server";
import { recording } from "~/services/audit/audit.server";
import { openingSession, type OpenedSession, type SessionKind } from "~/identity/domain/sessions/sessions.server";
import type { SignUp } from "~/identity/domain/account/account-schema";
import { admitting, invitationSpent } from "./admission.server";
import { verificationIsOn, verificationIsRequired } from "./email-verification.server";
import { hashPassword, refuseGuessable } from "~/identity/domain/passwords/passwords.server";
import { signUpQuietly } from "./quiet-sign-up.server";
import { isReserved } from "~/identity/domain/account/reserved-emails.server";
import { turnToHash, type Turn } from "~/identity/domain/passwords/turn-to-hash.server";

/**
 * Creates an account. If addresses must be confirmed first (`EMAIL_VERIFICATION=required`), nobody is signed in, and
 * the answer is the same whether the address is known or not. Beyond 5 in an hour for one address nothing happens, and
 * the answer stays the same.
 *
 * @returns the session, or null if a mail explains the next step
 * @throws what `signUp` throws; no `Conflict` where the address has to be confirmed
 */
export async function openAccount(input: SignUp, kind: SessionKind, client: Client): Promise<OpenedSession | null> {
  if (!verificationIsRequired()) return signUp(input, kind, client);
  const spendingInvitation = await admitting(input);
  const hash = await hashPassword(input.password, await refuseUnwanted(input, client));
  if (await isWithin({ limit: signUpPerEmail, subject: input.email }, askedMailTo(input.email)))
    await signUpQuietly(newUser(input), hash, client, spendingInvitation);
  return null;
}

/**
 * Creates an account and signs its owner in, in one transaction.
 *
 * @throws {Forbidden} if sign-up is closed, or if it needs an invitation and `input.invitation` is not valid
 * @throws {Invalid} if the password is easily guessed
 * @throws {Conflict} on `email` if the address has an account, or is reserved for one
 * @throws {RateLimited} after 20 in an hour from one address
 */
export async function signUp(input: SignUp, kind: SessionKind, client: Client): Promise<OpenedSession> {
  const spendingInvitation = await admitting(input);
  const turn = await refuseUnwanted(input, client);
  if (await isTaken(input.email)) throw emailTaken();

  const hash = await hashPassword(input.password, turn);
  const mayBeAsked = verificationIsOn() && (await isWithin(askedMailTo(input.email)));
  const user = newUser(input);
  const now = user.createdAt;
  const { session, storing } = openingSession({ ...user, accessVersion: 0 }, kind, client, now);
  try {
    await transaction(() => [
      ...spendingInvitation(),
      db().user.create({ data: { ...user, updatedAt: now } }),
      db().password.create({ data: { userId: user.id, hash, updatedAt: now } }),
      storing(),
      recording({ kind: "sign_up", actor: session.actor, client }),
      ...(mayBeAsked ? queueing({ kind: "verify-email", userId: user.id, to: user.email, detail: {} }, now) : []),
    ]);
  } catch (error) {
    if (isMissingRow(error)) throw invitationSpent();
    throw isUniqueViolation(error) ? emailTaken() : error;
  }
  mailQueued();
  return session;
}

/** Checks that come before the lookup of the address. */
async function refuseUnwanted({ email, password }: SignUp, client: Client): Promise<Turn> {
  await refuseGuessable(password, email, "password");
  const subscriber = subscriberOf(client.address);
  return turnToHash(`${subscriber} ${email}`, client, { limit: signUpPerAddress, subject: subscriber });
}

const newUser = ({ email, name }: SignUp): User => ({
  id: randomUUID(),
  email,
  name: name ?? defaultName(email),
  isActive: true,
  createdAt: new Date(),
});

async function isTaken(email: string): Promise<boolean> {
  const user = await db().user.findUnique({ where: { email }, select: { id: true } });
  return user !== null || (await isReserved(email));
}

const emailTaken = () => new Conflict("email", "Email already registered");

/** The local part of the email, shortened to the longest allowed name. */
export const defaultName = (email: string) => [...email.slice(0, email.lastIndexOf("@"))].slice(0, 100).join("");
