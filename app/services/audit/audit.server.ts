import { db } from "~/core/data/db.server";
import { retrying } from "~/core/data/transaction.server";
import { registry } from "~/core/registry";
import { credentialId, type Actor, type Client } from "~/core/actor";
import { newEventId } from "./event-id";
import { stands } from "~/services/permission/permission.server";

/**
 * What happened to accounts (OWASP ASVS 5.0, 16.3.1). The table keeps who, what, when and from where, and never a
 * password, a token or a cookie. Each feature names its own kinds, together with the words for them.
 *
 * @public
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- Features add their kinds to it.
export interface AuditKinds {}
export type AuditKind = keyof AuditKinds;

/** The words that people see for the kinds of one feature. */
export type AuditWords = Readonly<{ [Kind in AuditKind]?: string }>;

export const auditWords = registry<AuditWords>("words for the security log");

export type AuditEntry = Readonly<{
  /** For an event that is recorded once: an event whose id exists already is not written. */
  id?: string;
  kind: AuditKind;
  /** Who did it; left out where nobody was signed in. */
  actor?: Actor;
  /** Whose account it is about; the actor's own unless told otherwise. */
  userId?: string | null;
  /** Which session or token it is about; the actor's own unless told otherwise. */
  sessionId?: string;
  client?: Client;
  /** A detail for the event's words, such as a passkey's name or an address. Never a secret. */
  detail?: string;
}>;

/** The statement that writes one event, for the transaction of the change that it records. */
export function recording({ id = newEventId(), kind, actor, client, detail, ...about }: AuditEntry) {
  const { userId = actor?.userId ?? null, sessionId = actor ? credentialId(actor) : null } = about;
  return db().$executeRaw`
    INSERT INTO audit_events (id, at, kind, user_id, session_id, address, user_agent, detail)
    VALUES (${id}, ${new Date()}, ${kind}, ${userId}, ${sessionId}, ${client?.address ?? null},
            ${client?.userAgent ?? null}, ${detail ?? null})
    ON CONFLICT (id) DO NOTHING`;
}

/**
 * Writes one event of the actor, if the actor's session or token is still open.
 *
 * @returns whether it was written
 */
export async function recordPermitted(
  actor: Actor,
  { kind, client, detail }: Pick<AuditEntry, "kind" | "detail"> & { client: Client },
): Promise<boolean> {
  const count = await retrying(
    () => db().$executeRaw`
      INSERT INTO audit_events (id, at, kind, user_id, session_id, address, user_agent, detail)
      SELECT ${newEventId()}, ${new Date()}, ${kind}, id, ${credentialId(actor)}, ${client.address}, ${client.userAgent},
             ${detail ?? null}
      FROM users WHERE id = ${actor.userId} AND ${stands(actor)}`,
  );
  return count > 0;
}

/** Writes one event. */
export async function record(entry: AuditEntry): Promise<void> {
  await recording(entry);
}
