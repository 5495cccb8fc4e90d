import { db, isForeignKeyViolation, isMissingRow, keepingRows, Prisma } from "~/core/data/db.server";
import { transaction, type Statement } from "~/core/data/transaction.server";
import { credentialId, unknownActor, type Actor, type Standing } from "~/core/actor";
import { SignedOut } from "~/core/errors";

/**
 * Every write checks its permission again while it is written. Between a check (a session is looked up, a password
 * compared) and the write that relies on it, the account may be taken back: by a reset, a change of the password, or
 * the operator. A request that was under way at that time must then fail, so every write carries its permission with it
 * (docs/decisions/0011-writes-carry-their-proof.md):
 *
 * - a write that opens, widens or moves access runs in a transaction that begins with the account's row (`permitted`);
 * - any other write names the actor's session in its own statement (`stands`).
 */

/** What permits a transaction. */
export type Permission = Readonly<{
  /** The statements that come first in the transaction. They fail with `isMissingRow` once the permission is gone. */
  holding: () => readonly Statement[];
  /** The error that says why the permission is gone; null while it still holds. */
  refusal: () => Promise<Error | null>;
}>;

/**
 * Runs a transaction that needs a permission.
 *
 * @param build - makes the statements that the permission is needed for; called again for every attempt
 * @throws the permission's `refusal` if the permission is gone; nothing has been written then
 */
export async function permitted(permission: Permission, build: () => readonly Statement[]): Promise<void> {
  try {
    await transaction(() => [...permission.holding(), ...build()]);
  } catch (error) {
    const refusal = isMissingRow(error) || isForeignKeyViolation(error) ? await permission.refusal() : null;
    throw refusal ?? error;
  }
}

/**
 * Locks the account's row. This statement comes first in every transaction about an account, so that two such
 * transactions run one after the other and cannot deadlock.
 */
export const holdingAccount = ({ userId, accessVersion }: Standing): Statement =>
  db().user.update({
    where: { id: userId, accessVersion, isActive: true },
    data: { accessVersion },
    select: { id: true },
  });

/**
 * Locks the row of the actor's session or token. An update, so that nobody can delete the row before the transaction
 * ends.
 */
function holdingCredential(actor: Actor): Statement {
  const { userId } = actor;
  const taking = { where: { id: credentialId(actor), userId }, data: { userId }, select: { id: true } } as const;
  switch (actor.kind) {
    case "page-session":
    case "api-session":
      return db().session.update(taking);
    case "personal-token":
      return db().personalToken.update(taking);
    default:
      return unknownActor(actor);
  }
}

/** The present state of an account. */
export type Found = Readonly<{ accessVersion: number; isActive: boolean }>;

const findAccount = (id: string): Promise<Found | null> =>
  db().user.findUnique({ where: { id }, select: { accessVersion: true, isActive: true } });

/**
 * The permission of somebody who has just proved to be the account's owner, without a session.
 *
 * @param standing - read in the same statement as the value that the proof was compared with
 * @param refused - makes the error for an account that is gone, disabled or taken back
 */
export const byProof = (standing: Standing, refused: (found: Found | null) => Error): Permission => ({
  holding: () => [holdingAccount(standing)],
  refusal: async () => {
    const found = await findAccount(standing.userId);
    return found?.isActive && found.accessVersion === standing.accessVersion ? null : refused(found);
  },
});

/**
 * The permission of a session or token: its row still exists, and the account has not been taken back since the actor
 * was looked up.
 *
 * @param overtaken - makes the error for a session that still exists although the account was taken back, which this
 *   same session did
 */
export const bySession = (actor: Actor, overtaken: () => Error = signedOut): Permission => ({
  holding: () => [holdingAccount(actor), holdingCredential(actor)],
  refusal: async () => {
    if (!(await isStanding(actor))) return signedOut();
    const found = await findAccount(actor.userId);
    return found?.accessVersion === actor.accessVersion ? null : overtaken();
  },
});

/** The table that a credential's row is in. */
const tables: Readonly<Record<Actor["kind"], Prisma.Sql>> = {
  "page-session": Prisma.raw("sessions"),
  "api-session": Prisma.raw("sessions"),
  "personal-token": Prisma.raw("personal_tokens"),
};

const rowOf = (actor: Actor) => Prisma.sql`
  SELECT 1 FROM ${tables[actor.kind]} permit JOIN users holder ON holder.id = permit.user_id
  WHERE permit.id = ${credentialId(actor)} AND permit.user_id = ${actor.userId} AND holder.is_active`;

/**
 * The condition of every write that a session or token permits: its row exists and stays until the write is done. A
 * write that changed nothing calls `refuseIfEnded` to find out why.
 */
export const stands = (actor: Actor): Prisma.Sql => Prisma.sql`EXISTS (${rowOf(actor)} ${keepingRows("permit")})`;

/**
 * The same condition, without holding the session's or token's row, for a statement that locks the account's row. The
 * account's row is locked before any other, so a statement with `stands` follows later.
 */
export const stood = (actor: Actor): Prisma.Sql => Prisma.sql`EXISTS (${rowOf(actor)})`;

async function isStanding(actor: Actor): Promise<boolean> {
  return (await db().$queryRaw<unknown[]>(rowOf(actor))).length > 0;
}

/**
 * Called after a write that found nothing to change.
 *
 * @throws {SignedOut} if the reason is that the actor's session or token has ended
 */
export async function refuseIfEnded(actor: Actor): Promise<void> {
  if (!(await isStanding(actor))) throw signedOut();
}

/** The error of a request that names no live session. */
export const signedOut = () => new SignedOut();
