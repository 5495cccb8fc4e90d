import { readAside } from "~/core/data/aside.server";
import { db, Prisma } from "~/core/data/db.server";
import type { Actor, Client, SessionActor } from "~/core/actor";
import { mailQueued, queueing } from "~/services/mail/outbox.server";
import { recording } from "~/services/audit/audit.server";
import { endingAccess } from "~/services/access/ending-access.server";
import { holdings } from "~/services/export/export-part.server";
import { permitted } from "~/services/permission/permission.server";
import { removeSoon } from "~/services/upkeep/remains.server";
import { getUser } from "~/identity/domain/account/accounts.server";
import { provePassword } from "~/identity/domain/sign-in/proof.server";

/** Deleting accounts (OWASP ASVS 5.0, 14.2.7). What backups still hold is a matter for docs/operating.md. */

/** How much would be lost with the actor's account, by the names that features have given it. */
export async function countContents({ userId }: Actor): Promise<Readonly<Record<string, number>>> {
  const counts = holdings
    .all()
    .map(
      ({ name, table }) =>
        Prisma.sql`SELECT ${name} AS name, COUNT(*) AS total FROM ${Prisma.raw(table)} WHERE user_id = ${userId}`,
    );
  const rows = await readAside<{ name: string; total: bigint | number }>(userId, Prisma.join(counts, " UNION ALL "));
  return Object.fromEntries(rows.map(({ name, total }) => [name, Number(total)]));
}

/** The same in words: "3 tasks". */
export async function contentsInWords(actor: Actor): Promise<string[]> {
  const counts = await countContents(actor);
  return holdings.all().flatMap(({ name, one, many, evenIfNone }) => {
    const count = counts[name] ?? 0;
    return count || evenIfNone ? [`${count.toLocaleString("en")} ${count === 1 ? one : many}`] : [];
  });
}

/**
 * Deletes the actor's account at once: every session and token of it is refused from the next request on. When this is
 * done its rows are gone; of a huge account the last of them go soon after, seen by nobody.
 *
 * @param password - attempts count together with those of sign-in
 * @throws {Invalid} if the password is wrong
 * @throws {RateLimited} when the sign-in limits are reached
 * @throws {SignedOut} if the session is over, or the account gone already
 */
export async function deleteAccount(actor: SessionActor, password: string, client: Client): Promise<void> {
  const user = await getUser(actor);
  const permission = await provePassword(actor, password, client);
  await permitted(permission, () => deletingAccount(user));
  mailQueued();
  await removeSoon(user.id);
}

/**
 * The statements that end an account, for use in one transaction: from then on nobody can sign in to it, sessions and
 * tokens are refused, its address is free, and its mail is dropped. What stays is that some account was deleted, and a
 * message to its owner that goes out afterwards: call `mailQueued` then, and have what is left of it removed.
 *
 * The transaction fails with `isMissingRow` if the account is gone already.
 */
export function deletingAccount({ id, email }: { id: string; email: string }, now = new Date()) {
  const where = { userId: id };
  return [
    db().outboxMessage.deleteMany({ where: { OR: [where, { recipient: email, userId: null }] } }),
    // As long as the row is there that says whether the address was confirmed.
    ...queueing({ kind: "account-deleted", to: email, detail: {} }),
    db().user.update({
      where: { id, deletedAt: null },
      // No address has a space in it, so this one stands in nobody's way.
      data: {
        ...{ deletedAt: now, isActive: false, email: `deleted ${id}`, name: "", updatedAt: now },
        accessVersion: { increment: 1 },
      },
      select: { id: true },
    }),
    db().password.deleteMany({ where }),
    db().totpFactor.deleteMany({ where }),
    db().backupCode.deleteMany({ where }),
    db().passkey.deleteMany({ where }),
    ...endingAccess(id, { by: "deletion" }),
    db().oneTimeToken.deleteMany({ where: { OR: [where, { email, userId: null }] } }),
    recording({ kind: "account_deleted" }),
  ];
}
