import { db } from "~/core/data/db.server";
import { transaction } from "~/core/data/transaction.server";
import type { Client, Standing } from "~/core/actor";
import { Unauthenticated } from "~/core/errors";
import { giveBack, givingBack } from "~/services/limits/limits.server";
import { inTurn } from "~/services/limits/turns";
import { record, recording } from "~/services/audit/audit.server";
import { byProof, permitted } from "~/services/permission/permission.server";
import type { Account, OpenedSession, SessionKind } from "~/identity/domain/sessions/sessions.server";
import { storable } from "~/core/text";
import type { Credentials } from "~/identity/domain/account/account-schema";
import {
  attemptCounters,
  countPasswordAttempt,
  verifyOrGiveBack,
  type AttemptCounters,
} from "~/identity/domain/passwords/attempts.server";
import { accountDisabled, completingSignIn, signInRefused } from "./complete-sign-in.server";
import { normalizeEmail } from "~/core/email";
import { refuseUnverified } from "~/identity/domain/sign-up/email-verification.server";
import { hashPassword, isOfOldForm, needsRehash } from "~/identity/domain/passwords/passwords.server";
import { messageFor, passSecondFactor, type FactorAnswer } from "~/identity/domain/factors/factor.server";
import type { Turn } from "~/identity/domain/passwords/turn-to-hash.server";

/** Sign-in with a password. */

/** The address and the password do not match. The message does not say which one is wrong. */
export class WrongCredentials extends Unauthenticated {
  constructor() {
    super("Invalid email or password");
  }
}

/** The password is correct, but the account also needs a second factor, which was not given. */
export class SecondFactorRequired extends Unauthenticated {
  constructor(
    /**
     * The account and its version when the password was checked. The second step is valid only while the version stays
     * the same.
     */
    readonly standing: Standing,
  ) {
    super("This account asks for a second factor as well. Send a code too.", "second-factor-required");
  }
}

type Stored = Account & { hash: string | null; twoStepSince: Date | null };

async function findByEmail(email: string): Promise<Stored | undefined> {
  if (!storable(email)) return undefined;
  const [row] = await db().$queryRaw<Stored[]>`
    SELECT u.id, u.email, u.name, u.is_active AS "isActive", u.created_at AS "createdAt",
           u.access_version AS "accessVersion", p.hash, f.confirmed_at AS "twoStepSince"
    FROM users u LEFT JOIN passwords p ON p.user_id = u.id LEFT JOIN totp_factors f ON f.user_id = u.id
    WHERE u.email = ${email}`;
  return row;
}

/**
 * Checks a password and opens a new session. An unknown address and a wrong password take the same time and get the
 * same answer (OWASP ASVS 5.0, 6.3.8). Only a correct password reveals whether the account has a second factor.
 *
 * @param answer - the second factor, if it was sent too; ignored if the account has none
 * @throws {WrongCredentials} if address and password do not match
 * @throws {Unauthenticated} if the second factor is wrong
 * @throws {SecondFactorRequired} if they match, and a second factor is needed and was not given
 * @throws {Forbidden} if they match, and the account is disabled or its address must be confirmed first
 * @throws {RateLimited} after 10 failures for the account from this address, or 100 from the address, in 15 minutes
 */
export async function signIn(
  credentials: Credentials,
  kind: SessionKind,
  client: Client,
  answer?: FactorAnswer,
): Promise<OpenedSession> {
  const email = normalizeEmail(credentials.email);
  const counters = attemptCounters(email, client);
  return inTurn(counters.account.subject, () =>
    attemptSignIn({ ...credentials, email }, counters, kind, client, answer),
  );
}

async function attemptSignIn(
  { email, password }: Credentials,
  counters: AttemptCounters,
  kind: SessionKind,
  client: Client,
  answer: FactorAnswer | undefined,
): Promise<OpenedSession> {
  const turn = await countPasswordAttempt(counters, client);

  const stored = await findByEmail(email);
  try {
    const good = await verifyOrGiveBack(stored?.hash ?? null, password, counters, turn);
    if (!stored || !good) throw new WrongCredentials();
    return await admit(stored, password, { counters, turn }, kind, client, answer);
  } catch (error) {
    if (error instanceof WrongCredentials) await record({ kind: "sign_in_failed", userId: stored?.id, client });
    throw error;
  }
}

/** Continues after a correct password. */
async function admit(
  { hash, twoStepSince, ...user }: Stored,
  password: string,
  { counters, turn }: { counters: AttemptCounters; turn: Turn },
  kind: SessionKind,
  client: Client,
  answer: FactorAnswer | undefined,
): Promise<OpenedSession> {
  if (!user.isActive) {
    await transaction(() => [
      givingBack(counters.account, counters.address),
      recording({ kind: "sign_in_disabled", userId: user.id, client }),
    ]);
    throw accountDisabled();
  }
  // A password that was correct when it was checked, but has been changed since, counts as wrong.
  const standing = { userId: user.id, accessVersion: user.accessVersion };
  const permission = byProof(
    standing,
    signInRefused(() => new WrongCredentials()),
  );
  await refuseUnverified(user, permission, counters);

  if (hash && (needsRehash(hash) || (await isOfOldForm(hash, password, turn))))
    await rehash(user.id, hash, password, turn);
  if (!twoStepSince) {
    const { session, statements, done } = await completingSignIn(user, permission, kind, client, {
      givenBack: counters.address,
    });
    await permitted(permission, statements);
    done();
    return session;
  }
  // The password was correct, so the attempt is given back. Earlier wrong attempts are forgotten only after the second
  // step.
  await giveBack(counters.account, counters.address);
  if (!answer) throw new SecondFactorRequired(standing);
  const { session, statements, done } = await completingSignIn(user, permission, kind, client);
  if (!(await passSecondFactor({ userId: user.id, permission }, answer, client, statements)))
    throw new Unauthenticated(messageFor(answer), "second-factor-invalid");
  done();
  return session;
}

async function rehash(userId: string, from: string, password: string, turn: Turn): Promise<void> {
  const hash = await hashPassword(password, turn);
  // Only if it is still the hash that was checked; otherwise a password changed meanwhile would be overwritten.
  await db().password.updateMany({ where: { userId, hash: from }, data: { hash, updatedAt: new Date() } });
}
