import { db, Prisma } from "~/data/db.server";
import type { Actor, Client } from "../actor";
import { mailQueued, queueing } from "../mail/outbox.server";
import { recording } from "../sessions/audit.server";
import { permitted } from "../sessions/permission.server";
import { getUser } from "./accounts.server";
import { provePassword } from "./proof.server";

/** Deleting accounts (OWASP ASVS 5.0, 14.2.7). What backups still hold is a matter for docs/operating.md. */

export type AccountContents = Readonly<{ tasks: number; sessions: number; passkeys: number; events: number }>;

/** How much would be lost with the actor's account. */
export async function countContents({ userId }: Actor): Promise<AccountContents> {
  const count = (table: string) => Prisma.sql`(SELECT COUNT(*) FROM ${Prisma.raw(table)} WHERE user_id = ${userId})`;
  const [row] = await db().$queryRaw<Record<keyof AccountContents, bigint | number>[]>`
    SELECT ${count("tasks")} AS tasks, ${count("sessions")} AS sessions, ${count("passkeys")} AS passkeys,
           ${count("audit_events")} AS events`;
  const { tasks = 0, sessions = 0, passkeys = 0, events = 0 } = row ?? {};
  return {
    tasks: Number(tasks),
    sessions: Number(sessions),
    passkeys: Number(passkeys),
    events: Number(events),
  };
}

/**
 * Deletes the actor's account at once: every session and token of it is refused from the next request on.
 *
 * @param password - attempts count together with those of sign-in
 * @throws {Invalid} if the password is wrong
 * @throws {RateLimited} when the sign-in limits are reached
 * @throws {SignedOut} if the session is over, or the account gone already
 */
export async function deleteAccount(actor: Actor, password: string, client: Client): Promise<void> {
  const user = await getUser(actor);
  const permission = await provePassword(actor, password, client);
  await permitted(permission, () => deletingAccount(user));
  mailQueued();
}

/**
 * The statements that delete an account and everything of it, for use in one transaction: what belongs to the user's
 * row goes by cascade, what only names the person goes by hand. What stays is that some account was deleted, and a
 * message to its owner that goes out afterwards; call `mailQueued` then.
 *
 * The transaction fails with `isMissingRow` if the account is gone already.
 */
export const deletingAccount = ({ id, email }: { id: string; email: string }) => [
  db().user.delete({ where: { id } }),
  db().auditEvent.deleteMany({ where: { userId: id } }),
  db().oneTimeToken.deleteMany({ where: { email, userId: null } }),
  db().outboxMessage.deleteMany({ where: { recipient: email, userId: null } }),
  recording({ kind: "account_deleted" }),
  ...queueing({ kind: "account-deleted", to: email, detail: {} }),
];
