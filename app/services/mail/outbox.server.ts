import { randomUUID } from "node:crypto";
import { config } from "~/core/settings/config.server";
import { db, moment, Prisma } from "~/core/data/db.server";
import { transaction, type Statement } from "~/core/data/transaction.server";
import { askedMailPerEmail, counting, keyOf, mailPerEmail } from "~/services/limits/limits.server";
import { definitionOf, type MailDetails, type MailKind } from "./mail-kind.server";

/**
 * The outbox: mail to be sent, as rows that are written in the transaction of the change they report. So no
 * acknowledged message is lost, and no form waits for a mail server. `mailer.server.ts` sends it.
 */

export type QueuedMail<Kind extends MailKind = MailKind> = Readonly<{
  kind: Kind;
  /** Omitted for an address that may have no account, and for mail that outlives the account. */
  userId?: string;
  to: string;
  detail: MailDetails[Kind];
}>;

const hour = 60 * 60 * 1000;

/** How long a message is worth sending, in milliseconds. */
export const worthSendingFor = (kind: MailKind): number => definitionOf(kind).worthSendingFor ?? 24 * hour;

/** Whether this server sends mail at all. */
export const mailIsOn = (): boolean => config().mail.via !== "off";

const always = Prisma.sql`1 = 1`;

/**
 * The condition for sending a notice. If addresses are not confirmed and mail is only written into files, a notice
 * reaches no mailbox and needs no confirmed address.
 */
function mayBeTold(address: string): Prisma.Sql {
  const { emailVerification, mail } = config();
  if (emailVerification === "off" && mail.via === "files") return always;
  return Prisma.sql`EXISTS (SELECT 1 FROM users WHERE email = ${address} AND email_verified_at IS NOT NULL)`;
}

/**
 * The statements that queue a message, for use inside a transaction; none if mail is off. A notice is queued if the
 * address is confirmed and has had fewer than ten mails within the hour; beyond that a summary is queued. Call
 * `mailQueued` after the transaction.
 */
export function queueing<Kind extends MailKind>(mail: QueuedMail<Kind>, now = new Date()): Statement[] {
  if (!mailIsOn()) return [];
  const { notice } = definitionOf(mail.kind);
  const when = notice ? mayBeTold(mail.to) : always;
  const rows = notice === "summed up" && config().rateLimits ? noticing(mail, when, now) : inserting(mail, when, now);
  return [...countingMail(mail.to, now, when), rows];
}

/** The statement that counts a mail to an address; none if limits are off. */
export const countingMail = (address: string, now: Date, when = always): Statement[] =>
  config().rateLimits ? [counting(counterOf(address), when, now)] : [];

const counterOf = (address: string) => ({ limit: mailPerEmail, subject: address });

/**
 * The limit on mail to an address that somebody typed into a form. Beyond it nothing is sent, and the answer stays the
 * same.
 */
export const askedMailTo = (address: string) => ({ limit: askedMailPerEmail, subject: address });

function inserting(mail: QueuedMail, when: Prisma.Sql, now: Date): Statement {
  const expiresAt = new Date(now.getTime() + worthSendingFor(mail.kind));
  return db().$executeRaw`
    INSERT INTO outbox_messages (id, kind, user_id, recipient, detail, attempts, created_at, next_attempt_at, expires_at)
    SELECT ${randomUUID()}, ${mail.kind}, ${mail.userId ?? null}, ${mail.to}, ${JSON.stringify(mail.detail)}, 0,
           ${now}, ${now}, ${expiresAt}
    WHERE ${when}`;
}

/** How long the summary waits for more notices, in milliseconds. */
const summaryDelay = 10_000;

/**
 * Queues a notice or, if its address has had ten mails, the summary. The first notice beyond ten creates the summary,
 * later ones increase its count while it waits, and there is at most one in an hour.
 */
function noticing(mail: QueuedMail, when: Prisma.Sql, now: Date): Statement {
  const counter = counterOf(mail.to);
  const within = Prisma.sql`counted.points <= ${counter.limit.points}`;
  const summary = `more ${keyOf(counter)}`;
  const [kind, detail]: [MailKind, string] = ["more-happened", JSON.stringify(1)];
  const leaves = moment(new Date(now.getTime() + summaryDelay));
  const expiresAt = new Date(now.getTime() + worthSendingFor(mail.kind));
  return db().$executeRaw`
    INSERT INTO outbox_messages (id, kind, user_id, recipient, detail, attempts, created_at, next_attempt_at, expires_at)
    SELECT CASE WHEN ${within} THEN ${randomUUID()} ELSE ${summary} END,
           CASE WHEN ${within} THEN ${mail.kind} ELSE ${kind} END,
           ${mail.userId ?? null}, ${mail.to},
           CASE WHEN ${within} THEN ${JSON.stringify(mail.detail)} ELSE ${detail} END, 0,
           ${now}, CASE WHEN ${within} THEN ${moment(now)} ELSE ${leaves} END, ${expiresAt}
    FROM rate_limits counted
    WHERE counted.key = ${keyOf(counter)} AND ${when}
      AND (counted.points <= ${counter.limit.points + 1}
           OR EXISTS (SELECT 1 FROM outbox_messages waiting WHERE waiting.id = ${summary}))
    ON CONFLICT (id) DO UPDATE SET detail = CAST(CAST(outbox_messages.detail AS integer) + 1 AS text)`;
}

/** Queues a message in a transaction of its own. */
export async function queueMail<Kind extends MailKind>(mail: QueuedMail<Kind>): Promise<void> {
  await transaction(() => queueing(mail));
  mailQueued();
}

let wake: () => void = () => undefined;

/** Wakes the mailer. Without this it finds the message at its next check. */
export const mailQueued = (): void => wake();

/** Registers what the mailer does when something is queued. */
export function onMailQueued(run: () => void): void {
  wake = run;
}
