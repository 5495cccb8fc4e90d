import { db } from "~/core/data/db.server";
import type { Client, Standing } from "~/core/actor";
import { giveBack, signInPerAccount, signInPerAddress } from "~/services/limits/limits.server";
import { subscriberOf } from "~/core/network-address";
import { verifyPassword } from "./passwords.server";
import { turnToHash, type Turn } from "./turn-to-hash.server";

/** The counters of password attempts, shared by sign-in and by every later check of the password. */
export function attemptCounters(email: string, client: Client) {
  const subscriber = subscriberOf(client.address);
  return {
    account: { limit: signInPerAccount, subject: `${subscriber} ${email}` },
    address: { limit: signInPerAddress, subject: subscriber },
  };
}

export type AttemptCounters = ReturnType<typeof attemptCounters>;

/**
 * Counts a password attempt, before it is checked.
 *
 * @throws {RateLimited} when a limit is reached
 */
export const countPasswordAttempt = ({ account, address }: AttemptCounters, client: Client): Promise<Turn> =>
  turnToHash(account.subject, client, account, address);

/** A stored password, and the account's version when it was read. */
export type StoredPassword = Readonly<{ email: string; hash: string | null }> & Pick<Standing, "accessVersion">;

/**
 * Reads the password of an account together with the account's version, in one statement, so that a change during the
 * comparison is noticed.
 *
 * @returns undefined if the account is gone
 */
export async function findPassword(userId: string): Promise<StoredPassword | undefined> {
  const [row] = await db().$queryRaw<StoredPassword[]>`
    SELECT u.email, u.access_version AS "accessVersion", p.hash
    FROM users u LEFT JOIN passwords p ON p.user_id = u.id WHERE u.id = ${userId}`;
  return row;
}

/**
 * Compares a password with a stored hash. If too many are waiting, the attempt was not checked and is given back.
 *
 * @throws {RateLimited} when too many are waiting
 */
export async function verifyOrGiveBack(
  hash: string | null,
  password: string,
  counters: AttemptCounters,
  turn: Turn,
): Promise<boolean> {
  try {
    return await verifyPassword(hash, password, turn);
  } catch (error) {
    await giveBack(counters.account, counters.address);
    throw error;
  }
}
