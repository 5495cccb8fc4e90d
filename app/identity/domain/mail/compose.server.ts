import { config } from "~/core/settings/config.server";
import { db, isMissingRow } from "~/core/data/db.server";
import { transaction, type Statement } from "~/core/data/transaction.server";
import { emailInWords } from "~/core/email";
import { makingToken, type TokenPurpose } from "~/services/one-time-tokens/one-time-tokens.server";
import { isReserved } from "~/identity/domain/account/reserved-emails.server";
import { takingRow } from "~/identity/domain/account/take-back.server";
import { describeDevice } from "~/core/device.server";
import { record } from "~/services/audit/audit.server";
import { holdingAccount } from "~/services/permission/permission.server";
import type { Message } from "~/services/mail/message";
import type { MailDetails, MailKind } from "~/services/mail/outbox.server";
import * as words from "./words";

/**
 * Makes a message out of its row at the moment of sending. Here, and not in the form that asked, accounts are looked up
 * and links made: so the form does the same for every address, and no secret waits in the database. A second attempt
 * makes a second link and leaves the first one good, since nobody knows whether it has arrived.
 *
 * What anybody can ask for who types an address into a form makes the same work whether the address has an account or not:
 * the same statements, a link, and a whole message, which then goes to nobody. What the process does for it is felt by
 * every other request, and would tell who has an account (OWASP ASVS 5.0, 6.3.8).
 */

/** A row of the outbox that is about to be sent. */
export type DueMail = Readonly<{
  id: string;
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

/** A message, and whether it goes to nobody: it was made for the sake of the work alone. */
export type Composed = Readonly<{ message: Message; toNobody: boolean }>;

const toNobody = (message: Message): Composed => ({ message, toNobody: true });

/**
 * A link with a new one-time token, for the account and the address that the message goes to. It comes into being only
 * while the message is still wanted: a take-back that has removed its row, or that has come since the account was looked
 * up, leaves no link behind.
 *
 * @param holding - the statement that takes the account's row
 * @throws an error that `isMissingRow` knows if the account is not as it was found, or the message's row is gone
 */
async function linkFor(
  purpose: TokenPurpose,
  { id, recipient: email }: DueMail,
  userId: string | null,
  holding: () => Statement,
  since?: Date,
): Promise<string> {
  const { secret, storing } = makingToken(purpose, userId === null ? {} : { userId, email }, since);
  await transaction(() => [
    holding(),
    db().outboxMessage.update({ where: { id }, data: { recipient: email }, select: { id: true } }),
    storing(),
  ]);
  return `${at(pages[purpose] ?? "/")}?${new URLSearchParams({ token: secret }).toString()}`;
}

/** A link for an account as long as it is as it was found; for nobody one that leads nowhere, with as much work. */
const linkForUser = (purpose: TokenPurpose, mail: DueMail, user: Standing | null) =>
  user
    ? linkFor(purpose, mail, user.id, () => holdingAccount({ userId: user.id, accessVersion: user.accessVersion }))
    : linkFor(purpose, mail, null, holdingNobody);

const holdingNobody = () =>
  db().user.updateMany({ where: { id: "", accessVersion: 0, isActive: true }, data: { accessVersion: 0 } });

type Standing = Readonly<{ id: string; accessVersion: number }>;

/** More take-backs than ever happen while one message is made. */
const mostTries = 3;

/**
 * The message of a row, with working links that begin with `mailOrigin`.
 *
 * @returns null if there is nothing to be said (any more): no such account, or it is disabled, or has moved on
 */
export async function compose(mail: DueMail): Promise<Composed | null> {
  const kind = mail.kind as MailKind;
  if (!Object.hasOwn(composers, kind)) return null;
  for (let tries = 1; ; tries++) {
    try {
      const made = await composers[kind](mail, JSON.parse(mail.detail ?? "{}") as never);
      return made && "subject" in made ? { message: made, toNobody: false } : made;
    } catch (error) {
      if (!isMissingRow(error)) throw error;
      // Something has changed since it was read: the message is made of what is so now, if it is wanted still.
      if (!(await db().outboxMessage.count({ where: { id: mail.id } }))) return null;
      if (tries >= mostTries) throw error;
    }
  }
}

type Made = Message | Composed | null;
type Composer<Kind extends MailKind> = (mail: DueMail, detail: MailDetails[Kind]) => Promise<Made> | Made;

const resetPage = () => at("/forgot-password");

const composers: { [Kind in MailKind]: Composer<Kind> } = {
  "verify-email": async (mail) => {
    const user = await activeUser(mail.userId);
    if (user?.email !== mail.recipient || user.emailVerifiedAt) return null;
    return words.confirmAddress(await linkForUser("verify-email", mail, user));
  },

  "already-registered": async (mail) => {
    await activeUser(mail.userId);
    await linkForUser("verify-email", mail, null);
    return words.alreadyRegistered(at("/login"), resetPage());
  },

  "reset-password": async (mail, { userAgent, address }) => {
    const { recipient, createdAt, attempts } = mail;
    const owner = await ownerOf(recipient);
    // A password that was changed since is a later wish than this one.
    const changed = owner?.changedAt && owner.changedAt > createdAt;
    const user = owner?.isActive && !changed ? owner : null;
    const link = await linkForUser("reset-password", mail, user);
    if (attempts === 1)
      await record({ kind: "password_reset_requested", userId: user?.id, client: { userAgent, address } });
    const happening = { device: describeDevice(userAgent, "cookie"), address, at: createdAt.toISOString() };
    const message = words.resetPassword(link, happening);
    return user ? message : toNobody(message);
  },

  "confirm-new-email": async (mail) => {
    const { recipient } = mail;
    const user = await activeUser(mail.userId);
    if (!user || user.email === recipient) return null;
    const owner = await ownerOf(recipient);
    const reserved = await isReserved(recipient, user.id);
    const free = !owner && !reserved;
    const link = await linkForUser("change-email", mail, free ? user : null);
    if (free) return words.confirmNewAddress(link);
    const message = words.addressTaken(at("/login"));
    return owner?.isActive ? message : toNobody(message);
  },

  "email-changed": async (mail, { newEmail }) => {
    const { userId } = mail;
    if (!userId) return null;
    // The seven days begin with the change, however late this leaves. No take-back but an undo ends the wish for it.
    const link = await linkFor("undo-email", mail, userId, () => takingRow(userId), mail.createdAt);
    return words.addressChanged(emailInWords(newEmail), link);
  },

  "new-device": (_mail, detail) => words.newDevice(detail, resetPage()),
  "password-changed": (_mail, detail) => words.passwordChanged(detail, resetPage()),
  "factor-changed": (_mail, { change, name, ...happening }) =>
    words.factorChanged(change, name, happening, resetPage()),
  "account-deleted": () => words.accountDeleted(),
  "more-happened": (_mail, count) => words.moreHappened(count, at("/settings/log"), resetPage()),
};

type Owner = Standing & Readonly<{ isActive: boolean; changedAt: Date | null }>;

/** Who has an address, and when the password was changed last; one statement, whoever it is. */
async function ownerOf(email: string): Promise<Owner | undefined> {
  const [owner] = await db().$queryRaw<Owner[]>`
    SELECT u.id, u.access_version AS "accessVersion", u.is_active AS "isActive", p.updated_at AS "changedAt"
    FROM users u LEFT JOIN passwords p ON p.user_id = u.id WHERE u.email = ${email}`;
  return owner;
}

async function activeUser(userId: string | null) {
  const user = await db().user.findUnique({ where: { id: userId ?? "" } });
  return user?.isActive ? user : null;
}
