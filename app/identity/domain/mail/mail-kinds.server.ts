import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { transaction, type Statement } from "~/core/data/transaction.server";
import { emailInWords } from "~/core/email";
import { makingToken, tokenLifetimes, type TokenPurpose } from "~/services/one-time-tokens/one-time-tokens.server";
import { isReserved } from "~/identity/domain/account/reserved-emails.server";
import { lockingRow } from "~/identity/domain/account/take-back.server";
import { describeDevice } from "~/core/device.server";
import { record } from "~/services/audit/audit.server";
import { holdingAccount } from "~/services/permission/permission.server";
import { z } from "zod";
import type { Composed, DueMail, MailDefinitions } from "~/services/mail/mail-kind.server";
import type { Message } from "~/services/mail/message";
import * as words from "./words";

/**
 * The mail of accounts. Mail that anybody can request by typing an address takes the same work whether the address has
 * an account or not: the same statements, a link, and a complete message, which is then not delivered. Otherwise the
 * load on the process, which slows all other requests, would reveal who has an account (OWASP ASVS 5.0, 6.3.8).
 */

const nothing = z.strictObject({});
const happening = z.object({ device: z.string(), address: z.string(), at: z.string() });

const details = {
  /** Asks the owner to confirm an address. The link is made when the message is sent. */
  "verify-email": nothing,
  /** Tells an owner that somebody tried to sign up with the account's address. */
  "already-registered": nothing,
  /**
   * Answers a request for a password reset. Whether the address has an account is looked up when the message is sent.
   */
  "reset-password": z.object({ userAgent: z.string(), address: z.string() }),
  /** To the new address: asks to confirm the change. */
  "confirm-new-email": nothing,
  /** To the old address: says that it was changed, and how to undo that. */
  "email-changed": z.object({ newEmail: z.string() }),
  /** Reports a sign-in from a device that is new to the account. */
  "new-device": happening,
  "password-changed": happening,
  /**
   * Reports a change of two-step sign-in, backup codes, passkeys or tokens. `change` is a whole sentence, in which
   * `{name}` stands for the name of what was changed.
   */
  "factor-changed": happening.extend({ change: z.string(), name: z.string().optional() }),
  "account-deleted": nothing,
};

type IdentityMail = { [Kind in keyof typeof details]: z.output<(typeof details)[Kind]> };

declare module "~/services/mail/mail-kind.server" {
  // Only an interface adds its members to the service's; a type alias would not.
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  interface MailDetails extends IdentityMail {}
}

const hour = 60 * 60 * 1000;

const at = (path: string) => new URL(path, config().mailOrigin).href;

const pages: Partial<Record<TokenPurpose, string>> = {
  "verify-email": "/verify-email",
  "reset-password": "/reset-password",
  "change-email": "/confirm-email",
  "undo-email": "/undo-email",
};

const toNobody = (message: Message): Composed => ({ message, toNobody: true });

/**
 * Creates a link with a new one-time token, for the account and address of a message. If a take-back has removed the
 * message's row, or has happened since the account was read, no link is created.
 *
 * @param holding - the statement that locks the account's row
 * @throws an error for which `isMissingRow` is true, if the account has changed since it was read or the message's row
 * is gone
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

/**
 * A link for an account that must not have changed since it was read. Without an account, a link that leads nowhere,
 * which takes the same work.
 */
const linkForUser = (purpose: TokenPurpose, mail: DueMail, user: Standing | null) =>
  user
    ? linkFor(purpose, mail, user.id, () => holdingAccount({ userId: user.id, accessVersion: user.accessVersion }))
    : linkFor(purpose, mail, null, holdingNobody);

const holdingNobody = () =>
  db().user.updateMany({ where: { id: "", accessVersion: 0, isActive: true }, data: { accessVersion: 0 } });

type Standing = Readonly<{ id: string; accessVersion: number }>;

const resetPage = () => at("/forgot-password");

/** The kinds of mail of this feature. */
export const identityMail: Required<Pick<MailDefinitions, keyof IdentityMail | "more-happened">> = {
  "verify-email": {
    detail: details["verify-email"],
    compose: async (mail) => {
      const user = await activeUser(mail.userId);
      if (user?.email !== mail.recipient || user.emailVerifiedAt) return null;
      return words.confirmAddress(await linkForUser("verify-email", mail, user));
    },
  },

  "already-registered": {
    detail: details["already-registered"],
    compose: async (mail) => {
      await activeUser(mail.userId);
      await linkForUser("verify-email", mail, null);
      return words.alreadyRegistered(at("/login"), resetPage());
    },
  },

  "reset-password": {
    detail: details["reset-password"],
    // A reset link that arrives a day late is more likely to help a thief than the owner.
    worthSendingFor: hour,
    compose: async (mail, { userAgent, address }) => {
      const { recipient, createdAt, attempts } = mail;
      const owner = await ownerOf(recipient);
      // The password was changed after the reset was requested, so the request is outdated.
      const changed = owner?.changedAt && owner.changedAt > createdAt;
      const user = owner?.isActive && !changed ? owner : null;
      const link = await linkForUser("reset-password", mail, user);
      if (attempts === 1)
        await record({ kind: "password_reset_requested", userId: user?.id, client: { userAgent, address } });
      const happening = { device: describeDevice(userAgent, "cookie"), address, at: createdAt.toISOString() };
      const message = words.resetPassword(link, happening);
      return user ? message : toNobody(message);
    },
  },

  "confirm-new-email": {
    detail: details["confirm-new-email"],
    compose: async (mail) => {
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
  },

  "email-changed": {
    detail: details["email-changed"],
    // As long as the change can be undone.
    worthSendingFor: tokenLifetimes["undo-email"],
    compose: async (mail, { newEmail }) => {
      const { userId } = mail;
      if (!userId) return null;
      // The seven days begin with the change, however late the mail is sent. Take-backs other than an undo do not cancel
      // this mail.
      const link = await linkFor("undo-email", mail, userId, () => lockingRow(userId), mail.createdAt);
      return words.addressChanged(emailInWords(newEmail), link);
    },
  },

  "new-device": {
    detail: details["new-device"],
    notice: "summed up",
    compose: (_mail, detail) => words.newDevice(detail, resetPage()),
  },
  "password-changed": {
    detail: details["password-changed"],
    notice: "summed up",
    compose: (_mail, detail) => words.passwordChanged(detail, resetPage()),
  },
  "factor-changed": {
    detail: details["factor-changed"],
    notice: "summed up",
    compose: (_mail, { change, name, ...happening }) => words.factorChanged(change, name, happening, resetPage()),
  },
  "account-deleted": {
    detail: details["account-deleted"],
    notice: "by itself",
    compose: () => words.accountDeleted(),
  },
  "more-happened": {
    detail: z.number(),
    compose: (_mail, count) => words.moreHappened(count, at("/settings/log"), resetPage()),
  },
};

type Owner = Standing & Readonly<{ isActive: boolean; changedAt: Date | null }>;

/** The owner of an address, and when the password was last changed, in the same single statement for every address. */
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
