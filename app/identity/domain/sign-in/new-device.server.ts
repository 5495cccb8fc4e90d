import { db, Prisma } from "~/core/data/db.server";
import type { Client, User } from "~/core/actor";
import { subscriberOf } from "~/core/network-address";
import { mailQueued, queueing } from "~/services/mail/outbox.server";
import type { AuditKind } from "~/services/audit/audit.server";
import { describeDevice } from "~/core/device.server";
import { fromNewAddress, fromNewDevice } from "~/identity/domain/security-log/event-words.server";
import type { SessionKind } from "~/identity/domain/sessions/sessions.server";

/** Sign-ins from where the account has not been signed in to before (OWASP ASVS 5.0, 6.3.5). */

/** How far back is looked, in sign-ins, and how many different ones of them count: an end to what a sign-in costs. */
const mostSignIns = 2000;
const mostPlaces = 100;

type Place = { userAgent: string | null; address: string | null };

/** Each kind by itself, because an index has the events of one in their order. */
const placesOf = (userId: string) => db().$queryRaw<Place[]>`
  SELECT user_agent AS "userAgent", address
  FROM (${latest(userId, "sign_in")} UNION ALL ${latest(userId, "sign_up")}) recent
  GROUP BY user_agent, address ORDER BY MAX(at) DESC LIMIT ${mostPlaces}`;

const latest = (userId: string, kind: AuditKind) => Prisma.sql`
  SELECT * FROM (SELECT user_agent, address, at FROM audit_events WHERE user_id = ${userId} AND kind = ${kind}
                 ORDER BY at DESC LIMIT ${mostSignIns}) ${Prisma.raw(kind)}`;

/**
 * Looks whether a sign-in comes from a device, by its description, or else from a network that the account knows. The
 * first sign-in ever has nothing to be compared with. One statement.
 *
 * @returns what the event should say of it; the statements that queue a message to the owner about a new device, for the
 *   transaction of the sign-in; and what to call after it
 */
export async function noticingDevice(user: User, kind: SessionKind, client: Client, now = new Date()) {
  const places = await placesOf(user.id);
  const familiar = { detail: undefined, statements: () => [], done: () => undefined };
  if (!places.length) return familiar;

  const device = describeDevice(client.userAgent, kind.via);
  const known = places.some(
    ({ userAgent }) => userAgent === client.userAgent || describeDevice(userAgent ?? "", kind.via) === device,
  );
  if (!known) {
    const detail = { device, address: client.address, at: now.toISOString() };
    const statements = () => queueing({ kind: "new-device", userId: user.id, to: user.email, detail }, now);
    return { detail: fromNewDevice, statements, done: mailQueued };
  }
  const subscriber = subscriberOf(client.address);
  const near = places.some(({ address }) => address !== null && subscriberOf(address) === subscriber);
  return near ? familiar : { ...familiar, detail: fromNewAddress };
}
