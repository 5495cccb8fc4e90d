import { randomUUID } from "node:crypto";
import { db, isMissingRow } from "~/core/data/db.server";
import { transaction } from "~/core/data/transaction.server";
import type { Client, User } from "~/core/actor";
import { countingMail, mailQueued, worthSendingFor } from "~/services/mail/outbox.server";
import { invitationSpent, type admitting } from "./admission.server";

/**
 * Signs up where addresses must be confirmed first. The answer does not reveal whether an address has an account (OWASP
 * ASVS 5.0, 6.3.8): the same statements run for a known and an unknown address, and only the mail says more.
 *
 * @param user - the account to create, if the address is free
 * @param hash - of its password
 * @param spendingInvitation - the result of `admitting`; an invitation is spent in both cases, because a valid one
 * would reveal that the address is known
 * @throws {Forbidden} if the invitation was spent meanwhile
 */
export async function signUpQuietly(
  user: User,
  hash: string,
  client: Client,
  spendingInvitation: Awaited<ReturnType<typeof admitting>>,
): Promise<void> {
  const { id, email, name, createdAt: now } = user;
  const mailUntil = new Date(now.getTime() + worthSendingFor("verify-email"));
  const statements = () => [
    ...spendingInvitation(),
    db().$executeRaw`
      INSERT INTO users (id, email, name, is_active, last_task_number, created_at, updated_at)
      SELECT ${id}, ${email}, ${name}, ${true}, 0, ${now}, ${now}
      WHERE NOT EXISTS (
        SELECT 1 FROM one_time_tokens WHERE purpose = 'undo-email' AND email = ${email} AND expires_at > ${now}
      )
      ON CONFLICT (email) DO NOTHING`,
    db().$executeRaw`
      INSERT INTO passwords (user_id, hash, updated_at)
      SELECT id, ${hash}, created_at FROM users WHERE id = ${id}`,
    db().$executeRaw`
      INSERT INTO audit_events (id, at, kind, user_id, address, user_agent)
      SELECT ${randomUUID()}, created_at, 'sign_up', id, ${client.address}, ${client.userAgent}
      FROM users WHERE id = ${id}`,
    ...countingMail(email, now),
    db().$executeRaw`
      INSERT INTO outbox_messages (id, kind, user_id, recipient, detail, attempts, created_at, next_attempt_at, expires_at)
      VALUES (${randomUUID()},
              CASE WHEN EXISTS (SELECT 1 FROM users WHERE id = ${id}) THEN 'verify-email' ELSE 'already-registered' END,
              (SELECT id FROM users WHERE id = ${id}), ${email}, '{}', 0, ${now}, ${now}, ${mailUntil})`,
  ];
  try {
    await transaction(statements);
  } catch (error) {
    throw isMissingRow(error) ? invitationSpent() : error;
  }
  mailQueued();
}
