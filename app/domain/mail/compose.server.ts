import { config } from "~/config.server";
import { db } from "~/data/db.server";
import { makeToken, type TokenPurpose } from "../accounts/one-time-tokens.server";
import { isReserved } from "../accounts/reserved-emails.server";
import { describeDevice } from "../sessions/device.server";
import { record } from "../sessions/audit.server";
import type { Message } from "./message";
import type { MailDetails, MailKind } from "./outbox.server";
import * as words from "./words";

/**
 * Makes a message out of its row at the moment of sending. Here, and not in the form that asked, accounts are looked up
 * and links made: so the form does the same for every address, and no secret waits in the database. A second attempt
 * makes a second link and leaves the first one good, since nobody knows whether it has arrived.
 */

/** A row of the outbox that is about to be sent. */
export type DueMail = Readonly<{
  kind: string;
  userId: string | null;
  recipient: string;
  detail: string | null;
  createdAt: Date;
  /** How often sending it was begun, this time included. */
  attempts: number;
}>;

const at = (path: string) => new URL(path, config().mailOrigin).href;

const pages: Partial<Record<TokenPurpose, string>> = {
  "verify-email": "/verify-email",
  "reset-password": "/reset-password",
  "change-email": "/confirm-email",
  "undo-email": "/undo-email",
};

/** A link with a new one-time token, for the account and the address that the message goes to. */
async function linkFor(purpose: TokenPurpose, userId: string, email: string, since?: Date): Promise<string> {
  const token = await makeToken(purpose, { userId, email }, since);
  return `${at(pages[purpose] ?? "/")}?${new URLSearchParams({ token }).toString()}`;
}

/**
 * The message of a row, with working links that begin with `mailOrigin`.
 *
 * @returns null if there is nothing to be said (any more): no such account, or it is disabled, or has moved on
 */
export async function compose(mail: DueMail): Promise<Message | null> {
  const kind = mail.kind as MailKind;
  return Object.hasOwn(composers, kind) ? composers[kind](mail, JSON.parse(mail.detail ?? "{}") as never) : null;
}

type Composer<Kind extends MailKind> = (mail: DueMail, detail: MailDetails[Kind]) => Promise<Message | null> | Message;

const resetPage = () => at("/forgot-password");

const composers: { [Kind in MailKind]: Composer<Kind> } = {
  "verify-email": async ({ userId, recipient }) => {
    const user = await activeUser(userId);
    if (user?.email !== recipient || user.emailVerifiedAt) return null;
    return words.confirmAddress(await linkFor("verify-email", user.id, recipient));
  },

  "already-registered": () => words.alreadyRegistered(at("/login"), resetPage()),

  "reset-password": async ({ recipient, createdAt, attempts }, { userAgent, address }) => {
    const user = await db().user.findUnique({ where: { email: recipient }, include: { password: true } });
    if (!user?.isActive) return null;
    // A password that was changed since is a later wish than this one.
    if (user.password && user.password.updatedAt > createdAt) return null;
    if (attempts === 1)
      await record({ kind: "password_reset_requested", userId: user.id, client: { userAgent, address } });
    const happening = { device: describeDevice(userAgent, "cookie"), address, at: createdAt.toISOString() };
    return words.resetPassword(await linkFor("reset-password", user.id, recipient), happening);
  },

  "confirm-new-email": async ({ userId, recipient }) => {
    const user = await activeUser(userId);
    if (!user || user.email === recipient) return null;
    const owner = await db().user.findUnique({ where: { email: recipient }, select: { isActive: true } });
    if (owner) return owner.isActive ? words.addressTaken(at("/login")) : null;
    if (await isReserved(recipient, user.id)) return null;
    return words.confirmNewAddress(await linkFor("change-email", user.id, recipient));
  },

  "email-changed": async ({ userId, recipient, createdAt }, { newEmail }) => {
    if (!userId) return null;
    // The seven days begin with the change, however late this leaves.
    return words.addressChanged(newEmail, await linkFor("undo-email", userId, recipient, createdAt));
  },

  "new-device": (_mail, detail) => words.newDevice(detail, resetPage()),
  "password-changed": (_mail, detail) => words.passwordChanged(detail, resetPage()),
  "factor-changed": (_mail, { change, ...happening }) => words.factorChanged(change, happening, resetPage()),
  "account-deleted": () => words.accountDeleted(),
};

async function activeUser(userId: string | null) {
  const user = userId === null ? null : await db().user.findUnique({ where: { id: userId } });
  return user?.isActive ? user : null;
}
