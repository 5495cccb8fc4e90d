import { expect } from "vitest";
import { sendDue } from "~/services/mail/mailer.server";
import type { MailKind } from "~/services/mail/mail-kind.server";
import type { ReadyMail } from "~/services/mail/sender.server";

/** The outbox of a test's own database, for tests without a mailer. */

/** All messages in the outbox, as they would be sent now. */
export async function sendWaiting(): Promise<ReadyMail[]> {
  const sent: ReadyMail[] = [];
  const send = (mail: ReadyMail) => {
    if (!mail.toNobody) sent.push(mail);
    return Promise.resolve(undefined);
  };
  await sendDue(send, { info: () => undefined, warn: (fields) => expect(fields).toBe("nothing to warn of") });
  return sent;
}

/** The only waiting message of a kind to an address. */
export async function waitingMail(kind: MailKind, to: string): Promise<ReadyMail> {
  const found = (await sendWaiting()).filter((mail) => mail.kind === kind && mail.to === to);
  expect(found).toHaveLength(1);
  return found[0] as ReadyMail;
}
