import { randomUUID } from "node:crypto";
import { config } from "~/config.server";
import { db } from "~/data/db.server";
import { tokenLifetimes } from "../accounts/one-time-tokens.server";

/**
 * Mail that is to be sent: a row, written in the transaction of the change that it tells of, so that nothing which was
 * acknowledged is lost and no form waits for a mail server. `mailer.server.ts` sends it.
 */

/** Every kind of message, with what its words need to know. */
export type MailDetails = {
  /** The address of an account is to be proved; the link is made when the message is sent. */
  "verify-email": Record<string, never>;
  /** Somebody tried to sign up with an address that has an account. */
  "already-registered": Record<string, never>;
  /** A reset was asked for. Whether the address has an account is found out when the message is sent. */
  "reset-password": { userAgent: string; address: string };
  /** To the new address: confirm it. */
  "confirm-new-email": Record<string, never>;
  /** To the old address: it was changed, and how to undo that. */
  "email-changed": { newEmail: string };
  /** A sign-in from a device that the account has not seen. */
  "new-device": { device: string; address: string; at: string };
  "password-changed": { device: string; address: string; at: string };
  /** Two-step sign-in, backup codes or passkeys changed; `change` is a whole sentence. */
  "factor-changed": { change: string; device: string; address: string; at: string };
  "account-deleted": Record<string, never>;
};

export type MailKind = keyof MailDetails;

export type QueuedMail<Kind extends MailKind = MailKind> = Readonly<{
  kind: Kind;
  /** Left out for an address that may have no account, and for mail that outlives the account. */
  userId?: string;
  to: string;
  detail: MailDetails[Kind];
}>;

const hour = 60 * 60 * 1000;

/** How long a message is worth sending, in milliseconds. A reset that comes a day late helps nobody but a thief. */
export function worthSendingFor(kind: MailKind): number {
  if (kind === "reset-password") return hour;
  // As long as the change can be undone.
  return kind === "email-changed" ? tokenLifetimes["undo-email"] : 24 * hour;
}

/** Does this server send mail at all? */
export const mailIsOn = (): boolean => config().mail.via !== "off";

/**
 * The statements that queue a message, for use inside a transaction: none where there is no mail, else one.
 * Call `mailQueued` after the transaction.
 */
export function queueing<Kind extends MailKind>(mail: QueuedMail<Kind>, now = new Date()) {
  if (!mailIsOn()) return [];
  return [
    db().outboxMessage.create({
      data: {
        id: randomUUID(),
        kind: mail.kind,
        userId: mail.userId ?? null,
        recipient: mail.to,
        detail: JSON.stringify(mail.detail),
        createdAt: now,
        nextAttemptAt: now,
        expiresAt: new Date(now.getTime() + worthSendingFor(mail.kind)),
      },
    }),
  ];
}

/** Queues a message by itself. */
export async function queueMail<Kind extends MailKind>(mail: QueuedMail<Kind>): Promise<void> {
  for (const statement of queueing(mail)) await statement;
  mailQueued();
}

let wake: () => void = () => undefined;

/** Says that there is something to send. Without it the mailer finds the message at its next round. */
export const mailQueued = (): void => wake();

/** For the mailer: what to call when there is something to send. */
export function onMailQueued(run: () => void): void {
  wake = run;
}
