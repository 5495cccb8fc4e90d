import { db, isForeignKeyViolation, isMissingRow, keepingRows, Prisma } from "~/core/data/db.server";
import { transaction, type Statement } from "~/core/data/transaction.server";
import { credentialId, unknownActor, type Actor, type Standing } from "~/core/actor";
import { SignedOut } from "~/core/errors";

/**
 * What permits a write is held while it is written. Between a check (a session is looked up, a password compared) and the
 * write that relies on it the account may be taken back: by a reset, a change of the password, the operator. What was
 * under way then must not count, so every write carries what permits it (docs/decisions/0011-writes-carry-their-proof.md):
 *
 * - one that opens, widens or moves access runs in a transaction that begins with the account's row (`permitted`);
 * - any other one names the actor's session in its own statement (`stands`).
 */

/** What permits a transaction. */
export type Permission = Readonly<{
  /** The statements that come first, and fail with `isMissingRow` once the permission is gone. */
  holding: () => readonly Statement[];
  /** Why it is gone; null as long as it is not. */
  refusal: () => Promise<Error | null>;
}>;

/**
 * Runs a transaction that is permitted by something.
 *
 * @param build - the statements that it permits, for every try anew
 * @throws the permission's own refusal if it is gone; then nothing has happened
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
 * Takes the account's row. It comes first in every transaction about an account, so that two of them are one after the
 * other and never wait for each other's rows.
 */
export const holdingAccount = ({ userId, accessVersion }: Standing): Statement =>
  db().user.update({
    where: { id: userId, accessVersion, isActive: true },
    data: { accessVersion },
    select: { id: true },
  });

/** Takes the row of the actor's session or token; an update, so that it stays until the transaction's end. */
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

/** How an account stands now; null if it is gone. */
export type Found = Readonly<{ accessVersion: number; isActive: boolean }>;

const findAccount = (id: string): Promise<Found | null> =>
  db().user.findUnique({ where: { id }, select: { accessVersion: true, isActive: true } });

/**
 * The permission of somebody who has just proved to be the account's owner, without a session.
 *
 * @param standing - read in the same statement as what the proof was compared with
 * @param refused - the error once the account is gone, disabled or was taken back
 */
export const byProof = (standing: Standing, refused: (found: Found | null) => Error): Permission => ({
  holding: () => [holdingAccount(standing)],
  refusal: async () => {
    const found = await findAccount(standing.userId);
    return found?.isActive && found.accessVersion === standing.accessVersion ? null : refused(found);
  },
});

/**
 * The permission of a session or token: its row is there, and the account was not taken back since it was looked up.
 *
 * @param overtaken - the error if the session is there and only the account was taken back, by this same session
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
 * The condition of every write that a session or token permits: its row is there and stays until the write is done. A
 * write that then changes nothing asks `refuseIfEnded` why.
 */
export const stands = (actor: Actor): Prisma.Sql => Prisma.sql`EXISTS (${rowOf(actor)} ${keepingRows("permit")})`;

/** The same for a statement that takes the account's row, which comes before any other: a statement that has `stands` follows. */
export const stood = (actor: Actor): Prisma.Sql => Prisma.sql`EXISTS (${rowOf(actor)})`;

async function isStanding(actor: Actor): Promise<boolean> {
  return (await db().$queryRaw<unknown[]>(rowOf(actor))).length > 0;
}

/**
 * For a write that found nothing to change.
 *
 * @throws {SignedOut} if that is because the actor's session or token is over
 */
export async function refuseIfEnded(actor: Actor): Promise<void> {
  if (!(await isStanding(actor))) throw signedOut();
}

/** The error of a request that names no live session. */
export const signedOut = () => new SignedOut();
