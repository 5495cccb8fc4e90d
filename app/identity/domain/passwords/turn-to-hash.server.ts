import type { Client } from "~/core/actor";
import { countAttempt, hashingPerAccount, hashingPerAddress, type Counter } from "~/services/limits/limits.server";
import { subscriberOf } from "~/core/network-address";
import type { Asking } from "./hash-queue";

declare const counted: unique symbol;

/** Permission to use the password hash. Only `turnToHash` gives it, so every use of the hash is counted and queued. */
export type Turn = Asking & Readonly<{ [counted]: true }>;

const turn = (asking: Asking) => asking as Turn;

/**
 * Counts a use of the hash and the attempt's other counters, in one statement.
 *
 * @param account - the subject to count for: the account's id if the caller has proved to hold it; otherwise, since
 * anybody can name an account, its address together with the network address, so that nobody can use up another
 * person's limit
 * @throws {RateLimited} if one of the counters is used up
 */
export async function turnToHash(account: string, client: Client, ...counters: Counter[]): Promise<Turn> {
  const address = subscriberOf(client.address);
  await countAttempt(
    { limit: hashingPerAccount, subject: account },
    { limit: hashingPerAddress, subject: address },
    ...counters,
  );
  return turn({ address, account });
}

/** For the operator's own commands, which do not come from the network. */
export const operatorsTurn: Turn = turn({ address: "", account: "" });
