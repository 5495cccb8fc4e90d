import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { troubleOf } from "~/core/data/unavailable.server";
import { compose } from "./compose.server";
import type { Composed } from "./mail-kind.server";
import { toHtml, toSubject, toText } from "./message";
import { mailIsOn, onMailQueued } from "./outbox.server";
import { createSender, type ReadyMail, type Send } from "./sender.server";

/**
 * Sends the messages in the outbox. A row is claimed by a compare-and-swap that moves its next attempt into the future,
 * so only one of several processes sends it. It is deleted once the mail server has accepted it. If a process dies in
 * between, the row stays and the message is sent again at its next attempt: at least once, and twice only in this case.
 */

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** The waits between attempts. The last one is repeated. */
const waits = [minute, 5 * minute, 30 * minute, 2 * hour, 6 * hour];
const lookEvery = 10 * second;
/**
 * The delay before a queued message is processed, with a random part. The form's answer is sent first, so its time
 * reveals nothing about what the mailer finds. Because the start is random, it cannot be observed through the time of
 * other answers either.
 */
const shortestDelay = 100;
const randomDelay = 400;
/** Shorter than the shortest wait, so an attempt always ends before the next one may begin. */
const longestAttempt = 45 * second;
/** How long a stop waits for the message that is being sent. */
const stopPatience = 3 * second;
const batch = 20;

/** The mailer's log. It never gets addresses or texts of messages. */
export type MailLog = Readonly<{
  info: (fields: object, message: string) => void;
  warn: (fields: object, message: string) => void;
}>;

export type Mailer = Readonly<{
  /** Takes no further message, and waits briefly for the one that is being sent. */
  stop: () => Promise<void>;
}>;

type Row = Awaited<ReturnType<typeof dueRows>>[number];

const dueRows = (now: Date) =>
  db().outboxMessage.findMany({
    where: { nextAttemptAt: { lte: now } },
    orderBy: { nextAttemptAt: "asc" },
    take: batch,
  });

/**
 * Starts the mailer: it sends what is due at once, then whatever is queued, and checks every ten seconds for what has
 * become due.
 */
export function startMailer(log: MailLog): Mailer {
  if (!mailIsOn()) return { stop: () => Promise.resolve() };
  const send = createSender(config());
  let stopped = false;
  let running: Promise<void> | undefined;
  let again = false;

  const wake = () => {
    again = true;
    running ??= run().finally(() => (running = undefined));
  };
  const run = async () => {
    while (again && !stopped) {
      again = false;
      await sendDue(send, log, () => stopped).catch((error: unknown) => {
        // An unusable database is already reported elsewhere.
        if (!troubleOf(error)) log.warn(describe(error), "mail cannot be read");
      });
    }
  };

  const timer = setInterval(wake, lookEvery);
  let soon: NodeJS.Timeout | undefined;
  onMailQueued(() => {
    soon ??= setTimeout(
      () => {
        soon = undefined;
        wake();
      },
      shortestDelay + Math.random() * randomDelay,
    );
  });
  wake();
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      clearTimeout(soon);
      onMailQueued(() => undefined);
      await atMost(stopPatience, running);
    },
  };
}

/** Waits for work, but not longer than a limit. Late work continues in the background. */
async function atMost(milliseconds: number, work: Promise<void> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const given = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, given]);
  clearTimeout(timer);
}

/**
 * Sends every message that is due, one after the other. If the mail server cannot be reached, the rest stays queued.
 *
 * @param isStopped - asked before each message
 */
export async function sendDue(send: Send, log: MailLog, isStopped: () => boolean = () => false): Promise<void> {
  for (;;) {
    const rows = await dueRows(new Date());
    for (const row of rows) {
      if (isStopped()) return;
      if ((await claim(row)) && !(await attempt(row, send, log))) return;
    }
    if (rows.length < batch) return;
  }
}

/** Claims a row. Only one of several concurrent attempts succeeds. */
async function claim({ id, attempts }: Row): Promise<boolean> {
  const wait = waits[Math.min(attempts, waits.length - 1)] ?? hour;
  const { count } = await db().outboxMessage.updateMany({
    where: { id, attempts },
    data: { attempts: attempts + 1, nextAttemptAt: new Date(Date.now() + wait) },
  });
  return count === 1;
}

/** Sends one message. Returns whether to continue with the next one. */
async function attempt(row: Row, send: Send, log: MailLog): Promise<boolean> {
  const fields = { mail: row.id, kind: row.kind, attempt: row.attempts + 1 };
  const done = () => db().outboxMessage.deleteMany({ where: { id: row.id } });
  if (row.expiresAt <= new Date()) {
    log.warn(fields, "mail dropped: it could not be sent in time");
    await done();
    return true;
  }
  try {
    const composed = await compose({ ...row, attempts: row.attempts + 1 });
    if (composed) {
      const file = await inTime(send(toReady(row, composed)));
      if (composed.toNobody) log.info(fields, "mail had nobody to go to");
      else
        log.info(
          file === undefined ? fields : { ...fields, file },
          file === undefined ? "mail sent" : `mail is in ${file}`,
        );
    }
    await done();
    return true;
  } catch (error) {
    log.warn({ ...fields, ...describe(error) }, "mail not sent; it will be tried again");
    return !isUnreachable(error);
  }
}

function toReady({ id, kind, recipient }: Row, { message, toNobody }: Composed): ReadyMail {
  const { mailOrigin } = config();
  const [text, html] = [toText(message, mailOrigin), toHtml(message, mailOrigin)];
  return { id, kind, to: recipient, toNobody, subject: toSubject(message), text, html };
}

async function inTime<Result>(work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error("took too long"), { code: "ETIMEDOUT" })), longestAttempt);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? error.code : undefined);

/** Whether the mail server is the cause and not this message. All other messages would then wait as long. */
const isUnreachable = (error: unknown) =>
  ["ECONNECTION", "ESOCKET", "ETIMEDOUT", "EDNS", "EAUTH", "ETLS"].includes(String(codeOf(error)));

/** What is logged about a failure. Messages of mail servers are left out, because they repeat addresses. */
function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const fromMailServer = "command" in error || isUnreachable(error);
  return {
    error: error.name,
    code: codeOf(error),
    reason: fromMailServer ? error.message.replace(/[^\s<>"]+@[^\s<>"]+/g, "(address)") : undefined,
  };
}
