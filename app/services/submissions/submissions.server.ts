import { randomUUID } from "node:crypto";
import { db, Prisma } from "~/core/data/db.server";

/**
 * Makes each form submission take effect once. A submission is claimed with one statement before anything is done for
 * it; if it arrives several times at once, in any process, only one arrival gets the claim. Its outcome is written a
 * little later, together with others; until then this process remembers it.
 *
 * Ids and outcomes are opaque here. Callers make sure that they reveal nothing (`web/page/once.server.ts`).
 */

/** How long an outcome is answered again, in milliseconds. */
const outcomeLifetime = 10 * 60 * 1000;

/**
 * After this time another process's claim without an outcome counts as abandoned, because no request takes that long.
 * In milliseconds.
 */
const deadAfter = 60 * 1000;

/** How long an outcome waits at most to be written together with others, in milliseconds. */
const writeWithin = 250;

/** The id of this process in the claims that it holds. */
const owner = randomUUID();

export type Claim =
  | Readonly<{ state: "mine" }>
  | Readonly<{ state: "done"; outcome: string }>
  /** Another process is working on it. */
  | Readonly<{ state: "busy" }>;

type Waiting = Readonly<{ outcome: string; claimedAt: Date; expiresAt: Date }>;

/** Outcomes that are not in the database yet. */
const waiting = new Map<string, Waiting>();
let timer: NodeJS.Timeout | undefined;
let writing: Promise<unknown> = Promise.resolve();

/**
 * Claims a submission. Within a process, call this for one id at a time: a process can claim again what it has claimed.
 *
 * @param id - names the submission
 */
export async function claimSubmission(id: string, now = new Date()): Promise<Claim> {
  const known = waiting.get(id);
  if (known) return { state: "done", outcome: known.outcome };
  const expiresAt = new Date(now.getTime() + outcomeLifetime);
  const dead = new Date(now.getTime() - deadAfter);
  const claimed = await db().$queryRaw<{ id: string }[]>`
    INSERT INTO form_submissions (id, owner, claimed_at, expires_at) VALUES (${id}, ${owner}, ${now}, ${expiresAt})
    ON CONFLICT (id) DO UPDATE
    SET owner = excluded.owner, claimed_at = excluded.claimed_at, expires_at = excluded.expires_at, outcome = NULL
    WHERE form_submissions.expires_at <= ${now}
       OR (form_submissions.outcome IS NULL
           AND (form_submissions.owner = ${owner} OR form_submissions.claimed_at <= ${dead}))
    RETURNING id`;
  if (claimed.length) return { state: "mine" };
  const row = await db().formSubmission.findUnique({ where: { id }, select: { outcome: true } });
  return row?.outcome ? { state: "done", outcome: row.outcome } : { state: "busy" };
}

/** Records the outcome of a claimed submission. This process knows it at once, other processes a moment later. */
export function settleSubmission(id: string, outcome: string, now = new Date()): void {
  waiting.set(id, { outcome, claimedAt: now, expiresAt: new Date(now.getTime() + outcomeLifetime) });
  timer ??= setTimeout(() => void writeOutcomes(), writeWithin).unref();
}

/** Releases a claim: the submission had no effect and may be sent again. */
export async function releaseSubmission(id: string): Promise<void> {
  await db().formSubmission.deleteMany({ where: { id, owner, outcome: null } });
}

/** Writes the waiting outcomes in one statement. Runs by itself, and must be called before the database is closed. */
export function writeOutcomes(): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  const batch = [...waiting];
  const write = async () => {
    if (!batch.length) return;
    const rows = batch.map(
      ([id, { outcome, claimedAt, expiresAt }]) =>
        Prisma.sql`(${id}, ${owner}, ${claimedAt}, ${expiresAt}, ${outcome})`,
    );
    try {
      await db().$executeRaw`
        INSERT INTO form_submissions (id, owner, claimed_at, expires_at, outcome) VALUES ${Prisma.join(rows)}
        ON CONFLICT (id) DO UPDATE SET outcome = excluded.outcome, expires_at = excluded.expires_at`;
    } catch {
      // The claims stay, so nothing is done twice meanwhile. The outcomes are written with the next batch, or dropped
      // when they expire.
      forgetOld();
      timer ??= setTimeout(() => void writeOutcomes(), 20 * writeWithin).unref();
      return;
    }
    for (const [id, written] of batch) if (waiting.get(id) === written) waiting.delete(id);
  };
  const next = writing.then(write);
  writing = next;
  return next;
}

function forgetOld(now = new Date()): void {
  for (const [id, { expiresAt }] of waiting) if (expiresAt <= now) waiting.delete(id);
}

/**
 * Stores a sealed text for a browser that will ask for it again.
 *
 * @param lifetime - milliseconds
 */
export async function keepSealed(id: string, sealed: string, lifetime: number, now = new Date()): Promise<void> {
  const expiresAt = new Date(now.getTime() + lifetime);
  await db().formSubmission.create({ data: { id, owner, claimedAt: now, expiresAt, outcome: sealed } });
}

/** Reads what `keepSealed` stored; null if it is gone. */
export async function readSealed(id: string, now = new Date()): Promise<string | null> {
  const row = await db().formSubmission.findUnique({
    where: { id, expiresAt: { gt: now } },
    select: { outcome: true },
  });
  return row?.outcome ?? null;
}

/** Deletes what `keepSealed` stored. Of several concurrent calls, one gets true. */
export async function dropSealed(id: string): Promise<boolean> {
  const { count } = await db().formSubmission.deleteMany({ where: { id } });
  return count === 1;
}
