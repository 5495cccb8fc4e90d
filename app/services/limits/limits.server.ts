import { createHash } from "node:crypto";
import { config } from "~/core/settings/config.server";
import { db, moment, Prisma } from "~/core/data/db.server";
import { retrying } from "~/core/data/transaction.server";
import { RateLimited } from "~/core/errors";

/**
 * Limits on attempts (OWASP ASVS 5.0, 2.4.1 and 6.3.1). A counter is a row, so it survives a restart and all processes
 * share it. An attempt is counted before it is checked, in one atomic statement, so a hundred attempts sent at once
 * cannot get a hundred guesses. A successful attempt gets its point back.
 */
export type Limit = Readonly<{
  /** What is counted, for example "sign-in:address". */
  name: string;
  /** How many attempts are allowed in a window. */
  points: number;
  windowSeconds: number;
}>;

/** A limit for one subject: an address, an account, a session. */
export type Counter = Readonly<{ limit: Limit; subject: string }>;

const minute = 60;

export const signInPerAccount: Limit = { name: "sign-in:account", points: 10, windowSeconds: 15 * minute };
export const signInPerAddress: Limit = { name: "sign-in:address", points: 100, windowSeconds: 15 * minute };
export const secondFactorPerAccount: Limit = { name: "second-factor:account", points: 10, windowSeconds: 15 * minute };
export const passkeyOptionsPerAddress: Limit = { name: "passkey:address", points: 60, windowSeconds: 15 * minute };
/**
 * Every use of the password hash, including successful ones: far more than people need, and too few to slow the server
 * down.
 */
export const hashingPerAccount: Limit = { name: "hashing:account", points: 300, windowSeconds: 15 * minute };
export const hashingPerAddress: Limit = { name: "hashing:address", points: 1_000, windowSeconds: 15 * minute };
/** New sets of backup codes. Each set takes ten hashes. */
export const backupCodesPerAccount: Limit = { name: "backup-codes:account", points: 10, windowSeconds: 60 * minute };
export const backupCodesPerAddress: Limit = { name: "backup-codes:address", points: 60, windowSeconds: 60 * minute };
export const signUpPerAddress: Limit = { name: "sign-up:address", points: 20, windowSeconds: 60 * minute };
/** For forms that answer the same for every address: limits the mail that follows. */
export const signUpPerEmail: Limit = { name: "sign-up:email", points: 5, windowSeconds: 60 * minute };
export const refreshPerSession: Limit = { name: "refresh:session", points: 60, windowSeconds: minute };
/** Links to confirm an address, requested in the settings or by a sign-in with an unconfirmed address. */
export const verificationPerAccount: Limit = { name: "verification:account", points: 3, windowSeconds: 60 * minute };
export const resetPerEmail: Limit = { name: "reset:email", points: 3, windowSeconds: 10 * minute };
export const resetPerAddress: Limit = { name: "reset:address", points: 20, windowSeconds: 60 * minute };
export const emailChangePerAccount: Limit = { name: "email-change:account", points: 5, windowSeconds: 60 * minute };
/** All mail to one address. Beyond this, notices are replaced by one summary (`mail/outbox.server.ts`). */
export const mailPerEmail: Limit = { name: "mail:email", points: 10, windowSeconds: 60 * minute };
/**
 * Of these, mail that anybody can request by typing the address into a form. The rest is kept for notices to the owner.
 */
export const askedMailPerEmail: Limit = { name: "asked-mail:email", points: 6, windowSeconds: 60 * minute };

/** Subjects are hashed, so the table of counters does not reveal who tried to sign in. */
export const keyOf = ({ limit, subject }: Counter) =>
  `${limit.name}:${createHash("sha256").update(subject).digest("base64url")}`;

type Row = { key: string; points: number; resetsAt: Date };

/** The end of a statement that counts: adds to the counter, or starts a new window if the old one is over. */
const addingUp = (now: Date): Prisma.Sql => Prisma.sql`
    ON CONFLICT (key) DO UPDATE SET
      points = CASE WHEN rate_limits.resets_at <= ${now} THEN 1 ELSE rate_limits.points + 1 END,
      resets_at = CASE WHEN rate_limits.resets_at <= ${now} OR rate_limits.resets_at > excluded.resets_at
                       THEN excluded.resets_at ELSE rate_limits.resets_at END`;

/**
 * The statement that counts once without checking the limit, for use inside a transaction.
 *
 * @param when - counts only where this holds
 */
export function counting(counter: Counter, when: Prisma.Sql, now: Date) {
  const resetsAt = new Date(now.getTime() + counter.limit.windowSeconds * 1000);
  return db().$executeRaw`
    INSERT INTO rate_limits (key, points, resets_at)
    SELECT ${keyOf(counter)}, 1, ${moment(resetsAt)} WHERE ${when} ${addingUp(now)}`;
}

/**
 * Counts one attempt for every given counter. A refused attempt writes nothing, so attempts beyond the limits cannot
 * fill the table, and no counter is created for an account while the address is over its own limit.
 *
 * @throws {RateLimited} if one counter is used up; the attempt is then not counted at all
 */
export async function countAttempt(...counters: Counter[]): Promise<void> {
  if (!config().rateLimits) return;
  const now = new Date();
  // Sorted, so that two processes never wait for each other's rows.
  const limits = new Map(counters.map((counter) => [keyOf(counter), counter.limit] as const));
  const keys = [...limits.keys()].sort();
  const endOf = (key: string) => new Date(now.getTime() + (limits.get(key)?.windowSeconds ?? 0) * 1000);
  const pointsOf = (key: string) => limits.get(key)?.points ?? 0;
  // A window that has begun cannot end later than one that begins now, unless the clock was set back meanwhile.
  const usedUp = Prisma.join(
    keys.map(
      (key) => Prisma.sql`(used.key = ${key} AND used.points >= ${pointsOf(key)}
                           AND used.resets_at > ${now} AND used.resets_at <= ${endOf(key)})`,
    ),
    " OR ",
  );
  const attempts = keys.map(
    (key) => Prisma.sql`SELECT ${key}, 1, ${moment(endOf(key))}
                        WHERE NOT EXISTS (SELECT 1 FROM rate_limits used WHERE ${usedUp})`,
  );
  const rows = await retrying(
    () => db().$queryRaw<Row[]>`
    INSERT INTO rate_limits (key, points, resets_at) ${Prisma.join(attempts, " UNION ALL ")} ${addingUp(now)}
    RETURNING key, points, resets_at AS "resetsAt"`,
  );
  const tooMany = rows.filter((row) => row.points > pointsOf(row.key));
  if (rows.length && !tooMany.length) return;
  // Others were counted between the check and the count.
  if (rows.length) await giveBack(...counters);
  const full = rows.length
    ? tooMany
    : await db().$queryRaw<Row[]>`
        SELECT key, points, resets_at AS "resetsAt" FROM rate_limits used WHERE ${usedUp}`;
  const until = Math.max(...full.map((row) => row.resetsAt.getTime()));
  throw new RateLimited(Math.max(1, Math.ceil((until - now.getTime()) / 1000)));
}

/**
 * Counts one attempt, for actions that are silently skipped beyond the limits, such as mail to an address that a
 * stranger typed.
 *
 * @returns whether it is within all limits
 */
export async function isWithin(...counters: Counter[]): Promise<boolean> {
  try {
    await countAttempt(...counters);
    return true;
  } catch (error) {
    if (error instanceof RateLimited) return false;
    throw error;
  }
}

/** The statement that takes one attempt back from each counter, for use inside a transaction. */
export function givingBack(...counters: Counter[]) {
  const keys = Prisma.join(counters.map(keyOf).sort());
  return db().$executeRaw`UPDATE rate_limits SET points = points - 1 WHERE key IN (${keys}) AND points > 0`;
}

/** Takes one attempt back from each counter, because it succeeded or was refused. */
export async function giveBack(...counters: Counter[]): Promise<void> {
  if (config().rateLimits) await retrying(() => givingBack(...counters));
}

/**
 * The statement that settles a successful attempt, for use inside a transaction: resets one counter, and gives the
 * attempt back to another.
 */
export function settling({ forgotten, givenBack }: { forgotten: Counter; givenBack?: Counter }) {
  const key = keyOf(forgotten);
  const keys = Prisma.join(givenBack ? [key, keyOf(givenBack)] : [key]);
  return db().$executeRaw`
    UPDATE rate_limits SET points = CASE WHEN key = ${key} THEN 0 ELSE points - 1 END
    WHERE key IN (${keys}) AND points > 0`;
}
