import { db, Prisma } from "~/core/data/db.server";
import type { Client, User } from "~/core/actor";
import { subscriberOf } from "~/core/network-address";
import { mailQueued, queueing } from "~/services/mail/outbox.server";
import type { AuditKind } from "~/services/audit/audit.server";
import { describeDevice } from "~/core/device.server";
import { fromNewAddress, fromNewDevice } from "~/identity/domain/security-log/event-words.server";
import type { SessionKind } from "~/identity/domain/sessions/sessions.server";

/** Recognises sign-ins from devices and networks that are new to the account (OWASP ASVS 5.0, 6.3.5). */

/** How many sign-ins are searched, and how many different origins among them, to limit the cost of a sign-in. */
const mostSignIns = 2000;
const mostPlaces = 100;

type Place = { userAgent: string | null; address: string | null };

/** One query per kind, because the index sorts the events of one kind. */
const placesOf = (userId: string) => db().$queryRaw<Place[]>`
  SELECT user_agent AS "userAgent", address
  FROM (${latest(userId, "sign_in")} UNION ALL ${latest(userId, "sign_up")}) recent
  GROUP BY user_agent, address ORDER BY MAX(at) DESC LIMIT ${mostPlaces}`;

const latest = (userId: string, kind: AuditKind) => Prisma.sql`
  SELECT * FROM (SELECT user_agent, address, at FROM audit_events WHERE user_id = ${userId} AND kind = ${kind}
                 ORDER BY at DESC LIMIT ${mostSignIns}) ${Prisma.raw(kind)}`;

/**
 * Checks, in one statement, whether a sign-in comes from a known device (by its description) or else from a known
 * network. The very first sign-in has nothing to be compared with.
 *
 * @returns what the event should say about it; the statements that queue a message to the owner about a new device, for
 * the transaction of the sign-in; and a function to call after it
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
