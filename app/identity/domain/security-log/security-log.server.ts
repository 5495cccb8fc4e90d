import { db, Prisma } from "~/core/data/db.server";
import type { Actor } from "~/core/actor";
import { csv } from "~/core/csv.server";
import { describeDevice } from "~/core/device.server";
import { eventInWords } from "./event-words.server";

/** The security log: events of the actor's own account (OWASP ASVS 5.0, 16.3.1). */

type Owner = Pick<Actor, "userId">;

export type LogEntry = Readonly<{
  id: string;
  at: Date;
  kind: string;
  /** In words. */
  event: string;
  detail: string | null;
  /** In words; null if no client was involved. */
  device: string | null;
  userAgent: string | null;
  address: string | null;
}>;

/** A position in the log that stays the same when events are added: an event's time and id. */
export type LogPlace = Readonly<{ at: Date; id: string }>;

export type LogPage = Readonly<{
  entries: LogEntry[];
  /** Where the next page in either direction begins; null if there is none. */
  newer: LogPlace | null;
  older: LogPlace | null;
}>;

export const logPageSize = 50;

/**
 * One page of the actor's log, newest first.
 *
 * @param from - show what comes before or after this place; the newest page if omitted
 */
export async function readSecurityLog(
  actor: Owner,
  from: { before?: LogPlace; after?: LogPlace } = {},
): Promise<LogPage> {
  if (from.after) {
    const rows = await readRows(actor, { after: from.after }, logPageSize + 1);
    // If fewer than a page of events are newer, the first page is shown, so that it is a full one.
    if (rows.length > logPageSize) return toPage(rows.slice(0, logPageSize).reverse(), true, true);
    return readSecurityLog(actor);
  }
  const rows = await readRows(actor, from, logPageSize + 1);
  return toPage(rows.slice(0, logPageSize), from.before !== undefined, rows.length > logPageSize);
}

function toPage(rows: Row[], hasNewer: boolean, hasOlder: boolean): LogPage {
  const [first, last] = [rows[0], rows.at(-1)];
  return { entries: rows.map(toEntry), newer: (hasNewer && first) || null, older: (hasOlder && last) || null };
}

type Row = Readonly<{
  id: string;
  at: Date;
  kind: string;
  detail: string | null;
  address: string | null;
  userAgent: string | null;
}>;

/**
 * Reads rows newest first, or with `after` oldest first from that place on. Time and id are compared as one value, as
 * in the index.
 */
function readRows(
  { userId }: Owner,
  { before, after }: { before?: LogPlace; after?: LogPlace },
  take: number,
): Promise<Row[]> {
  const from = before ? Prisma.sql`AND (at, id) < (${before.at}, ${before.id})` : Prisma.empty;
  const to = after ? Prisma.sql`AND (at, id) > (${after.at}, ${after.id})` : Prisma.empty;
  const order = after ? Prisma.sql`at, id` : Prisma.sql`at DESC, id DESC`;
  return db().$queryRaw<Row[]>`
    SELECT id, at, kind, detail, address, user_agent AS "userAgent" FROM audit_events
    WHERE user_id = ${userId} ${from} ${to} ORDER BY ${order} LIMIT ${take}`;
}

const toEntry = ({ id, at, kind, detail, address, userAgent }: Row): LogEntry => ({
  id,
  at,
  kind,
  ...eventInWords(kind, detail),
  device: userAgent === null ? null : describeDevice(userAgent, "cookie"),
  userAgent,
  address,
});

/** The actor's whole log, newest first, in pages. */
export async function* securityLogPages(actor: Owner, pageSize = 200): AsyncGenerator<LogEntry[]> {
  for (let before: LogPlace | undefined; ;) {
    const rows = await readRows(actor, { before }, pageSize);
    if (rows.length) yield rows.map(toEntry);
    before = rows.at(-1);
    if (!before || rows.length < pageSize) return;
  }
}

/** The actor's log as a table. */
export const securityLogCsv = (actor: Owner): AsyncGenerator<string> =>
  csv(["time", "event", "detail", "device", "address", "user_agent"], csvRows(actor));

async function* csvRows(actor: Owner) {
  for await (const entries of securityLogPages(actor))
    yield entries.map(({ at, event, detail, device, address, userAgent }) => [
      at,
      event,
      detail,
      device,
      address,
      userAgent,
    ]);
}
