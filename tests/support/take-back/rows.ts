import { db } from "~/core/data/db.server";

/** Everything that the database holds about an account, row by row. */

/** Events that record a refusal. They may be written. */
const refusals = [
  "sign_in_failed",
  "sign_in_disabled",
  "second_factor_failed",
  "proof_failed",
  "password_change_failed",
];

/** One row as text, beginning with its table. */
export type RowText = string;

/** All rows of an account except events of refusals. `emails` are its current and previous addresses. */
export async function rowsOf(userId: string, emails: readonly string[]): Promise<RowText[]> {
  const where = { userId };
  const mine = { OR: [{ userId }, { email: { in: [...emails] } }] };
  const tables: Record<string, Promise<object[]>> = {
    users: db().user.findMany({ where: { OR: [{ id: userId }, { email: { in: [...emails] } }] } }),
    passwords: db().password.findMany({ where }),
    sessions: db().session.findMany({ where }),
    used_refresh_tokens: db().usedRefreshToken.findMany({ where: { session: { userId } } }),
    personal_tokens: db().personalToken.findMany({ where }),
    one_time_tokens: db().oneTimeToken.findMany({ where: mine }),
    totp_factors: db().totpFactor.findMany({ where }),
    backup_codes: db().backupCode.findMany({ where }),
    passkeys: db().passkey.findMany({ where }),
    tasks: db().task.findMany({ where }),
    idempotency_keys: db().idempotencyKey.findMany({ where }),
    outbox_messages: db().outboxMessage.findMany({
      where: { OR: [{ userId }, { recipient: { in: [...emails] } }] },
      // The attempts to send a message are not part of it.
      omit: { attempts: true, nextAttemptAt: true },
    }),
    audit_events: db().auditEvent.findMany({ where: { userId, kind: { notIn: refusals } } }),
  };
  const texts = await Promise.all(
    Object.entries(tables).map(async ([table, rows]) =>
      (await rows).map(
        (row) =>
          `${table} ${JSON.stringify(row, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value))}`,
      ),
    ),
  );
  return texts.flat().sort();
}

/** Rows that may disappear: an answered challenge, and a message that need not be sent. */
const mayGo = /^(one_time_tokens .*passkey-(authentication|registration)|outbox_messages) ?/;

/** The rows that were added, changed or removed and may not have been. */
export function differences(before: readonly RowText[], after: readonly RowText[]): RowText[] {
  const added = after.filter((row) => !before.includes(row)).map((row) => `+ ${row}`);
  const gone = before.filter((row) => !after.includes(row) && !mayGo.test(row)).map((row) => `- ${row}`);
  return [...added, ...gone];
}
