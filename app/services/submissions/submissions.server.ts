import { randomUUID } from "node:crypto";
import { db, Prisma } from "~/core/data/db.server";

/**
 * What forms were sent for, once. A submission is claimed before anything is done for it, with one statement; of several
 * arrivals at once, in whatever process, one gets it. Its outcome is written a little later, together with others: until
 * then this process remembers it.
 *
 * Ids and outcomes are opaque here: whoever calls makes them so that they tell nothing (`web/page/once.server.ts`).
 */

/** How long an outcome is answered again, in milliseconds. */
const outcomeLifetime = 10 * 60 * 1000;

/** A claim of another process without an outcome is taken to be dead after that; no request works for so long. */
const deadAfter = 60 * 1000;

/** Outcomes wait for company at most so long before they are written. */
const writeWithin = 250;

/** This process, as the owner of claims. */
const owner = randomUUID();

export type Claim =
  | Readonly<{ state: "mine" }>
  | Readonly<{ state: "done"; outcome: string }>
  /** Another process works on it. */
  | Readonly<{ state: "busy" }>;

type Waiting = Readonly<{ outcome: string; claimedAt: Date; expiresAt: Date }>;

/** Outcomes that are not in the database yet. */
const waiting = new Map<string, Waiting>();
let timer: NodeJS.Timeout | undefined;
let writing: Promise<unknown> = Promise.resolve();

/**
 * Claims a submission. Ask for one id one at a time within a process: its own claim does not stop a process.
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

/** Notes the outcome of a claimed submission. It is known to this process at once, and to the others a moment later. */
export function settleSubmission(id: string, outcome: string, now = new Date()): void {
  waiting.set(id, { outcome, claimedAt: now, expiresAt: new Date(now.getTime() + outcomeLifetime) });
  timer ??= setTimeout(() => void writeOutcomes(), writeWithin).unref();
}

/** Gives a claim back: nothing came of the submission, and it may be sent again. */
export async function releaseSubmission(id: string): Promise<void> {
  await db().formSubmission.deleteMany({ where: { id, owner, outcome: null } });
}

/** Writes the outcomes that wait, all in one statement. Called by itself, and before the database is closed. */
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
      // The claims stay, so nothing is done twice meanwhile; what waits is written with the next batch, or dropped in time.
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
 * Keeps a sealed text for a browser that will ask for it again.
 *
 * @param lifetime - milliseconds
 */
export async function keepSealed(id: string, sealed: string, lifetime: number, now = new Date()): Promise<void> {
  const expiresAt = new Date(now.getTime() + lifetime);
  await db().formSubmission.create({ data: { id, owner, claimedAt: now, expiresAt, outcome: sealed } });
}

/** Reads what `keepSealed` kept; null if it is gone. */
export async function readSealed(id: string, now = new Date()): Promise<string | null> {
  const row = await db().formSubmission.findUnique({
    where: { id, expiresAt: { gt: now } },
    select: { outcome: true },
  });
  return row?.outcome ?? null;
}

/** Drops what `keepSealed` kept. Of several that do so at once, one is told that it did. */
export async function dropSealed(id: string): Promise<boolean> {
  const { count } = await db().formSubmission.deleteMany({ where: { id } });
  return count === 1;
}
