import type { Client } from "../actor";
import { giveBack, signInPerAccount, signInPerAddress } from "../limits/limits.server";
import { subscriberOf } from "../network-address";
import { verifyPassword } from "./passwords.server";

/** The counters of attempts to prove a password: sign-in and every later question for it share them. */
export function attemptCounters(email: string, client: Client) {
  const subscriber = subscriberOf(client.address);
  return {
    account: { limit: signInPerAccount, subject: `${subscriber} ${email}` },
    address: { limit: signInPerAddress, subject: subscriber },
  };
}

export type AttemptCounters = ReturnType<typeof attemptCounters>;

/**
 * Compares a password with a stored hash. An attempt that is turned away because too many are waiting was no guess and
 * is given back.
 *
 * @throws {RateLimited} when too many are waiting
 */
export async function verifyOrGiveBack(
  hash: string | null,
  password: string,
  counters: AttemptCounters,
): Promise<boolean> {
  try {
    return await verifyPassword(hash, password);
  } catch (error) {
    await giveBack(counters.account, counters.address);
    throw error;
  }
}
