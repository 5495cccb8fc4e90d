import { randomUUID } from "node:crypto";
import { config } from "~/core/settings/config.server";
import { db, moment, Prisma } from "~/core/data/db.server";
import { transaction, type Statement } from "~/core/data/transaction.server";
import { askedMailPerEmail, counting, keyOf, mailPerEmail } from "~/services/limits/limits.server";
import { definitionOf, type MailDetails, type MailKind } from "./mail-kind.server";

/**
 * Mail that is to be sent: a row, written in the transaction of the change that it tells of, so that nothing which was
 * acknowledged is lost and no form waits for a mail server. `mailer.server.ts` sends it.
 */

export type QueuedMail<Kind extends MailKind = MailKind> = Readonly<{
  kind: Kind;
  /** Left out for an address that may have no account, and for mail that outlives the account. */
  userId?: string;
  to: string;
  detail: MailDetails[Kind];
}>;

const hour = 60 * 60 * 1000;

/** How long a message is worth sending, in milliseconds. */
export const worthSendingFor = (kind: MailKind): number => definitionOf(kind).worthSendingFor ?? 24 * hour;

/** Does this server send mail at all? */
export const mailIsOn = (): boolean => config().mail.via !== "off";

const always = Prisma.sql`1 = 1`;

/**
 * What has to hold for a notice. Where nobody is asked to confirm an address and mail is only written into files, it
 * reaches no mailbox, and there is nobody to be spared.
 */
function mayBeTold(address: string): Prisma.Sql {
  const { emailVerification, mail } = config();
  if (emailVerification === "off" && mail.via === "files") return always;
  return Prisma.sql`EXISTS (SELECT 1 FROM users WHERE email = ${address} AND email_verified_at IS NOT NULL)`;
}

/**
 * The statements that queue a message, for use inside a transaction: none where there is no mail. A notice is queued as
 * long as the address is confirmed and has had less than ten mails within the hour; beyond that it becomes one that sums
 * up. Call `mailQueued` after the transaction.
 */
export function queueing<Kind extends MailKind>(mail: QueuedMail<Kind>, now = new Date()): Statement[] {
  if (!mailIsOn()) return [];
  const { notice } = definitionOf(mail.kind);
  const when = notice ? mayBeTold(mail.to) : always;
  const rows = notice === "summed up" && config().rateLimits ? noticing(mail, when, now) : inserting(mail, when, now);
  return [...countingMail(mail.to, now, when), rows];
}

/** The statement that counts a mail to an address; none where nothing is counted. */
export const countingMail = (address: string, now: Date, when = always): Statement[] =>
  config().rateLimits ? [counting(counterOf(address), when, now)] : [];

const counterOf = (address: string) => ({ limit: mailPerEmail, subject: address });

/** May a mail be sent to an address that somebody typed into a form? Beyond it nothing is sent, and nothing is said. */
export const askedMailTo = (address: string) => ({ limit: askedMailPerEmail, subject: address });

function inserting(mail: QueuedMail, when: Prisma.Sql, now: Date): Statement {
  const expiresAt = new Date(now.getTime() + worthSendingFor(mail.kind));
  return db().$executeRaw`
    INSERT INTO outbox_messages (id, kind, user_id, recipient, detail, attempts, created_at, next_attempt_at, expires_at)
    SELECT ${randomUUID()}, ${mail.kind}, ${mail.userId ?? null}, ${mail.to}, ${JSON.stringify(mail.detail)}, 0,
           ${now}, ${now}, ${expiresAt}
    WHERE ${when}`;
}

/** How long the message that sums up waits for more to sum up. */
const summaryDelay = 10_000;

/**
 * A notice, or, when its address has had its ten mails, the one message that sums up: made by the first of them, counting
 * on as long as it waits, and not made again before the hour is over.
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

/** Queues a message by itself. */
export async function queueMail<Kind extends MailKind>(mail: QueuedMail<Kind>): Promise<void> {
  await transaction(() => queueing(mail));
  mailQueued();
}

let wake: () => void = () => undefined;

/** Says that there is something to send. Without it the mailer finds the message at its next round. */
export const mailQueued = (): void => wake();

/** For the mailer: what to call when there is something to send. */
export function onMailQueued(run: () => void): void {
  wake = run;
}
