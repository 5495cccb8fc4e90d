import { db } from "~/core/data/db.server";
import { credentialId, type Actor, type Client } from "~/core/actor";
import { subscriberOf } from "~/core/network-address";
import { record } from "~/services/audit/audit.server";
import { hashSecret } from "~/core/secrets.server";

/**
 * Tokens in use from a network where their session has not been used: worth a line in the security log, since it is what
 * a stolen token looks like. Where an address has been seen is remembered here, so that ordinary requests cost nothing.
 */

/** Sessions with networks that are on record, as far as this process knows. The oldest goes first. */
const seen = new Set<string>();
const mostSeen = 10_000;

/** More networks than this are no news of one session any more. */
const mostNetworks = 200;

/**
 * Writes an event when an API session is used from a new network: once for each session and network.
 *
 * @param before - the address that the session's row has
 */
export async function noticeAddress(actor: Actor, before: string, client: Client): Promise<void> {
  if (before === client.address) return;
  const network = subscriberOf(client.address);
  if (subscriberOf(before) === network) return;
  const credential = credentialId(actor);
  const id = hashSecret(`${credential} ${network}`);
  if (seen.has(id)) return;
  const [oldest] = seen;
  if (oldest !== undefined && seen.size >= mostSeen) seen.delete(oldest);
  seen.add(id);
  try {
    const earlier = await db().auditEvent.findMany({
      // By the session alone, which is the actor's own: an account may have very many events of these kinds.
      where: {
        sessionId: credential,
        kind: { in: ["sign_in", "sign_up", "token_used_from_new_address"] },
      },
      select: { address: true },
      take: mostNetworks,
    });
    if (earlier.length >= mostNetworks) return;
    if (earlier.some(({ address }) => address !== null && subscriberOf(address) === network)) return;
    // The id is the session's and the network's: another process that sees the same writes the same event.
    await record({ id, kind: "token_used_from_new_address", actor, client });
  } catch (error) {
    seen.delete(id);
    throw error;
  }
}
