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

/** Deletes accounts (OWASP ASVS 5.0, 14.2.7). docs/operating.md covers what backups still contain. */

/** Counts what would be deleted with the actor's account, by the names that features chose. */
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
 * Deletes the actor's account. Its sessions and tokens are refused from the next request on. Its rows are deleted
 * before this returns; those of a huge account follow soon after, already invisible.
 *
 * @param password - attempts count together with those of sign-in
 * @throws {Invalid} if the password is wrong
 * @throws {RateLimited} when the sign-in limits are reached
 * @throws {SignedOut} if the session is over, or the account already deleted
 */
export async function deleteAccount(actor: SessionActor, password: string, client: Client): Promise<void> {
  const user = await getUser(actor);
  const permission = await provePassword(actor, password, client);
  await permitted(permission, () => deletingAccount(user));
  mailQueued();
  await removeSoon(user.id);
}

/**
 * The statements that delete an account, for one transaction: from then on nobody can sign in to it, its sessions and
 * tokens are refused, its address is free, and its mail is dropped. Only the fact that some account was deleted stays,
 * and a message to its owner: afterwards call `mailQueued`, and remove what is left of the account.
 *
 * The transaction fails with `isMissingRow` if the account is already deleted.
 */
export function deletingAccount({ id, email }: { id: string; email: string }, now = new Date()) {
  const where = { userId: id };
  return [
    db().outboxMessage.deleteMany({ where: { OR: [where, { recipient: email, userId: null }] } }),
    // Queued first, while the row still says whether the address was confirmed.
    ...queueing({ kind: "account-deleted", to: email, detail: {} }),
    db().user.update({
      where: { id, deletedAt: null },
      // No real address contains a space, so this one cannot collide with any.
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
