import { randomUUID } from "node:crypto";
import { db } from "~/data/db.server";
import type { Client } from "../actor";

/**
 * What happened to accounts (OWASP ASVS 5.0, 16.3.1). The table keeps who, what, when and from where, and never a
 * password, a token or a cookie.
 */
export type AuditKind =
  | "sign_up"
  | "sign_in"
  | "sign_in_failed"
  | "sign_in_disabled"
  | "sign_out"
  | "session_revoked"
  | "other_sessions_revoked"
  | "refresh_replayed"
  | "password_changed"
  | "password_change_failed"
  | "profile_changed"
  | "account_disabled"
  | "account_enabled";

export type AuditEntry = Readonly<{
  kind: AuditKind;
  userId?: string | null;
  sessionId?: string | null;
  client?: Client;
}>;

/** The write of one event, for use inside the transaction of the change that it tells of. */
export function recording({ kind, userId = null, sessionId = null, client }: AuditEntry) {
  return db().$executeRaw`
    INSERT INTO audit_events (id, at, kind, user_id, session_id, address, user_agent)
    VALUES (${randomUUID()}, ${new Date()}, ${kind}, ${userId}, ${sessionId}, ${client?.address ?? null},
            ${client?.userAgent ?? null})`;
}

/** Writes one event. */
export async function record(entry: AuditEntry): Promise<void> {
  await recording(entry);
}
