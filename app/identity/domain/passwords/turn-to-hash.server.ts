import type { Client } from "~/core/actor";
import { countAttempt, hashingPerAccount, hashingPerAddress, type Counter } from "~/services/limits/limits.server";
import { subscriberOf } from "~/core/network-address";
import type { Asking } from "./hash-queue";

declare const counted: unique symbol;

/**
 * Leave to hash, which everything that hashes asks for: it is given by `turnToHash` alone, so nothing that costs so much is
 * done for anybody without being counted, nor out of turn.
 */
export type Turn = Asking & Readonly<{ [counted]: true }>;

const turn = (asking: Asking) => asking as Turn;

/**
 * Counts a use of the hash, and whatever else the attempt counts against, in one statement.
 *
 * @param account - who is hashed for: an account's id where somebody has proved to hold it; where anybody could name it, its
 *   address together with the network's, so that nobody uses up what is somebody else's
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

/** For the operator's own commands, which nobody sends from a network. */
export const operatorsTurn: Turn = turn({ address: "", account: "" });
