import { db, isMissingRow } from "~/core/data/db.server";
import type { Actor, Client } from "~/core/actor";
import { NotFound } from "~/core/errors";
import { mailQueued } from "~/services/mail/outbox.server";
import { recording } from "~/services/audit/audit.server";
import { bySession, permitted } from "~/services/permission/permission.server";
import { getUser } from "~/identity/domain/account/accounts.server";
import { storable } from "~/core/text";
import { queueingNotice } from "~/identity/domain/account/notice.server";

/** The actor's own passkeys: WebAuthn credentials that sign in without a password. */
export type Passkey = Readonly<{
  /** The credential's id, base64url. */
  id: string;
  name: string;
  /** Whether a service synchronises it to the owner's other devices. */
  synced: boolean;
  createdAt: Date;
  lastUsedAt: Date | null;
}>;

/** More than anybody needs; still more would make the request to the browser too long. */
export const mostPasskeys = 20;

const shown = { id: true, name: true, backedUp: true, createdAt: true, lastUsedAt: true } as const;

type Row = { id: string; name: string; backedUp: boolean; createdAt: Date; lastUsedAt: Date | null };

const toPasskey = ({ backedUp, ...passkey }: Row): Passkey => ({ ...passkey, synced: backedUp });

/** The actor's passkeys, oldest first. */
export async function listPasskeys({ userId }: Actor): Promise<Passkey[]> {
  const rows = await db().passkey.findMany({ where: { userId }, select: shown, orderBy: { createdAt: "asc" } });
  return rows.map(toPasskey);
}

const missing = () => new NotFound("Passkey not found");

/**
 * One of the actor's passkeys.
 *
 * @throws {NotFound} if the actor has no passkey with that id
 */
export async function getPasskey({ userId }: Actor, id: string): Promise<Passkey> {
  const row = storable(id) ? await db().passkey.findUnique({ where: { id, userId }, select: shown }) : null;
  if (!row) throw missing();
  return toPasskey(row);
}

/**
 * Renames one of the actor's passkeys.
 *
 * @throws {NotFound} if the actor has no passkey with that id
 * @throws {SignedOut} if the session is over
 */
export async function renamePasskey(actor: Actor, id: string, name: string, client: Client): Promise<void> {
  const { userId } = actor;
  if (!storable(id)) throw missing();
  await orMissing(
    permitted(bySession(actor), () => [
      db().passkey.update({ where: { id, userId }, data: { name } }),
      recording({ kind: "passkey_renamed", actor, client, detail: name }),
    ]),
  );
}

/**
 * Removes one of the actor's passkeys. The last one may be removed too, because the password stays.
 *
 * @throws {NotFound} if the actor has no passkey with that id
 * @throws {SignedOut} if the session is over
 */
export async function removePasskey(actor: Actor, id: string, client: Client): Promise<void> {
  const { userId } = actor;
  const { name } = await getPasskey(actor, id);
  const { email } = await getUser(actor);
  await orMissing(
    permitted(bySession(actor), () => [
      db().passkey.delete({ where: { id, userId } }),
      recording({ kind: "passkey_removed", actor, client, detail: name }),
      ...queueingNotice({ id: userId, email }, "The passkey {name} was removed.", client, { name }),
    ]),
  );
  mailQueued();
}

async function orMissing(transaction: Promise<unknown>): Promise<void> {
  try {
    await transaction;
  } catch (error) {
    throw isMissingRow(error) ? missing() : error;
  }
}
