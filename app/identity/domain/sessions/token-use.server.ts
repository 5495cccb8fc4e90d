import { db } from "~/core/data/db.server";
import { credentialId, type Actor, type Client } from "~/core/actor";
import { subscriberOf } from "~/core/network-address";
import { record } from "~/services/audit/audit.server";
import { hashSecret } from "~/core/secrets.server";

/**
 * Records when a token is used from a network that is new for its session, because a stolen token looks like that. The
 * known networks are cached here, so that ordinary requests cost nothing.
 */

/** Pairs of session and network that are known to be on record. The oldest is dropped first. */
const seen = new Set<string>();
const mostSeen = 10_000;

/** After this many networks of one session, a new one is no longer recorded. */
const mostNetworks = 200;

/**
 * Writes an event when an API session is used from a new network: once for each session and network.
 *
 * @param before - the address in the session's row
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
      // Searches by the session, which belongs to the actor: an account may have very many events of these kinds.
      where: {
        sessionId: credential,
        kind: { in: ["sign_in", "sign_up", "token_used_from_new_address"] },
      },
      select: { address: true },
      take: mostNetworks,
    });
    if (earlier.length >= mostNetworks) return;
    if (earlier.some(({ address }) => address !== null && subscriberOf(address) === network)) return;
    // The id is derived from session and network, so another process that notices the same writes the same event.
    await record({ id, kind: "token_used_from_new_address", actor, client });
  } catch (error) {
    seen.delete(id);
    throw error;
  }
}
