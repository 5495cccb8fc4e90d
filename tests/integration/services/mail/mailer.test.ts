import { mkdtempSync, statSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { peekToken } from "~/services/one-time-tokens/one-time-tokens.server";
import { sendDue, startMailer, type MailLog } from "~/services/mail/mailer.server";
import { queueing, queueMail } from "~/services/mail/outbox.server";
import type { MailDetails, MailKind } from "~/services/mail/mail-kind.server";
import { createSender, type Send } from "~/services/mail/sender.server";
import { workerDir } from "../../../support/databases";
import { linkIn, mailIn, startMailServer, tokenIn, type TestMailServer } from "../../../support/mail";
import { newUser } from "../../../support/people";

let mailServer: TestMailServer;
let send: Send;
const lines: { fields: object; message: string }[] = [];
const log: MailLog = {
  info: (fields, message) => lines.push({ fields, message }),
  warn: (fields, message) => lines.push({ fields, message }),
};

beforeEach(async () => {
  await db().outboxMessage.deleteMany();
  lines.length = 0;
  mailServer = await startMailServer();
  send = createSender({ mail: { via: "smtp", url: mailServer.url }, mailFrom: "Holdfast <tasks@example.org>" });
});
afterEach(() => mailServer.stop());

const waiting = () => db().outboxMessage.findMany({ orderBy: { createdAt: "asc" } });

/** Lets a wait pass: what would be due later is due now. */
const makeDue = () => db().outboxMessage.updateMany({ data: { nextAttemptAt: new Date(Date.now() - 1) } });

const happening = { device: "Firefox on Linux", address: "192.0.2.7", at: "2026-11-21T19:20:00.000Z" };

const everyKind: { [Kind in MailKind]: { detail: MailDetails[Kind]; page?: string; subject: string } } = {
  "verify-email": { detail: {}, page: "/verify-email", subject: "Confirm your email address" },
  "already-registered": { detail: {}, page: "/login", subject: "You already have an account" },
  "reset-password": {
    detail: { userAgent: "", address: "192.0.2.7" },
    page: "/reset-password",
    subject: "Reset your password",
  },
  "confirm-new-email": { detail: {}, page: "/confirm-email", subject: "Confirm your new email address" },
  "email-changed": {
    detail: { newEmail: "new@example.com" },
    page: "/undo-email",
    subject: "Your email address was changed",
  },
  "new-device": { detail: happening, page: "/forgot-password", subject: "New sign-in to your account" },
  "password-changed": { detail: happening, page: "/forgot-password", subject: "Your password was changed" },
  "factor-changed": {
    detail: { ...happening, change: "A passkey was added." },
    page: "/forgot-password",
    subject: "Your sign-in settings were changed",
  },
  "account-deleted": { detail: {}, subject: "Your account was deleted" },
  "more-happened": { detail: 12, page: "/settings/log", subject: "More happened in your account" },
};

describe("over SMTP", () => {
  it.each(Object.keys(everyKind) as MailKind[])(
    "sends %s as plain text and HTML, and forgets the row",
    async (kind) => {
      const user = await newUser();
      const { detail, page, subject } = everyKind[kind];
      const to = kind === "confirm-new-email" ? `new-${user.email}` : user.email;
      await queueMail({ kind, userId: user.id, to, detail });
      await sendDue(send, log);

      const [mail] = mailServer.received;
      expect(mailServer.received).toHaveLength(1);
      expect(mail).toMatchObject({ subject, from: { name: "Holdfast", address: "tasks@example.org" } });
      expect(mail?.envelope).toEqual({ from: "tasks@example.org", to: [to] });
      expect(mail?.headers).toContainEqual(expect.objectContaining({ key: "auto-submitted", value: "auto-generated" }));
      expect(mail?.html).toContain(subject);
      if (page) {
        expect(mail?.html).toContain(linkIn(mail, page).replaceAll("&", "&amp;"));
        expect(mail?.text).toContain(`${config().mailOrigin}${page}`);
      }
      expect(await waiting()).toEqual([]);
      expect(lines.map(({ message }) => message)).toEqual(["mail sent"]);
      expect(JSON.stringify(lines)).not.toContain(to);
    },
  );

  it("stores the link's secret as a hash alone, and only when the message leaves", async () => {
    const user = await newUser();
    await queueMail({ kind: "verify-email", userId: user.id, to: user.email, detail: {} });
    expect(await db().oneTimeToken.count({ where: { userId: user.id } })).toBe(0);
    await sendDue(send, log);
    const token = tokenIn(mailServer.received[0], "/verify-email");
    expect(await peekToken("verify-email", token)).toMatchObject({ userId: user.id, email: user.email });
    expect(await db().oneTimeToken.count({ where: { hash: token } })).toBe(0);
  });
});

describe("what nobody needs is dropped without a word", () => {
  it.each<[string, () => Promise<{ kind: MailKind; to: string; userId?: string }>]>([
    [
      "a reset for an address without account",
      () => Promise.resolve({ kind: "reset-password", to: "nobody@example.com" }),
    ],
    [
      "a reset for a disabled account",
      async () => ({ kind: "reset-password", to: (await newUser({ isActive: false })).email }),
    ],
    [
      "a reset that was asked for before the password was changed",
      async () => {
        const user = await newUser();
        const later = new Date(Date.now() + 60_000);
        await db().password.update({ where: { userId: user.id }, data: { updatedAt: later } });
        return { kind: "reset-password", to: user.email };
      },
    ],
    [
      "a confirmation of an address that the account has no more",
      async () => ({ kind: "verify-email", userId: (await newUser()).id, to: "old@example.com" }),
    ],
    [
      "a confirmation of what is confirmed",
      async () => {
        const user = await newUser();
        await db().user.update({ where: { id: user.id }, data: { emailVerifiedAt: new Date() } });
        return { kind: "verify-email", userId: user.id, to: user.email };
      },
    ],
  ])("%s", async (_name, prepare) => {
    await queueMail({ detail: { userAgent: "", address: "192.0.2.7" }, ...(await prepare()) });
    await sendDue(send, log);
    expect([mailServer.received.length, await waiting()]).toEqual([0, []]);
  });
});

describe("a mail server in trouble", () => {
  async function queueOne(): Promise<void> {
    const { id, email } = await newUser();
    await queueMail({ kind: "verify-email", userId: id, to: email, detail: {} });
  }

  it("that refuses for now (4xx) gets the message again, later and later", async () => {
    mailServer.refuseNext(6, 451);
    await queueOne();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 6; attempt++) {
      const before = Date.now();
      await sendDue(send, log);
      const [row] = await waiting();
      expect(row?.attempts).toBe(attempt);
      waits.push(Math.round(((row?.nextAttemptAt.getTime() ?? 0) - before) / 60_000));
      await sendDue(send, log);
      expect(mailServer.offered()).toBe(attempt);
      await makeDue();
    }
    expect(waits).toEqual([1, 5, 30, 120, 360, 360]);
    await sendDue(send, log);
    expect([mailServer.received.length, await waiting()]).toEqual([1, []]);
    expect(lines[0]?.fields).toMatchObject({ attempt: 1, kind: "verify-email" });
  });

  it("one message that is refused does not hold up the next", async () => {
    mailServer.refuseNext(1, 550);
    await queueOne();
    await queueOne();
    await sendDue(send, log);
    expect([mailServer.received.length, (await waiting()).length]).toEqual([1, 1]);
  });

  it("that is down: nothing is lost, and what waits goes out when it is up again", async () => {
    await mailServer.stop();
    await queueOne();
    await queueOne();
    await sendDue(send, log);
    // The second one is not tried in vain as well.
    expect((await waiting()).map(({ attempts }) => attempts).sort()).toEqual([0, 1]);
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain("@example.com");

    mailServer = await startMailServer(Number(new URL(mailServer.url).port));
    await makeDue();
    await sendDue(send, log);
    expect([mailServer.received.length, await waiting()]).toEqual([2, []]);
  });

  it("a message that nobody needs any more is dropped, with a line in the log", async () => {
    await queueOne();
    await db().outboxMessage.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } });
    await sendDue(send, log);
    expect([mailServer.received.length, await waiting()]).toEqual([0, []]);
    expect(lines[0]?.message).toContain("dropped");
  });
});

describe("several at once", () => {
  it("two mailers send each message once", async () => {
    const users = await Promise.all(Array.from({ length: 25 }, () => newUser()));
    for (const { id, email } of users) await queueMail({ kind: "verify-email", userId: id, to: email, detail: {} });
    await Promise.all([sendDue(send, log), sendDue(send, log), sendDue(send, log)]);
    expect(mailServer.received.map(({ envelope }) => envelope.to[0]).sort()).toEqual(
      users.map(({ email }) => email).sort(),
    );
    expect(await waiting()).toEqual([]);
  });

  it("a mailer that dies while it sends leaves the row, claimed for a minute and then due again", async () => {
    const { id, email } = await newUser();
    await queueMail({ kind: "verify-email", userId: id, to: email, detail: {} });
    let begun: () => void = () => undefined;
    const sending = new Promise<void>((resolve) => (begun = resolve));
    const dead: Send = () => {
      begun();
      return new Promise(() => undefined);
    };
    void sendDue(dead, log);
    await sending;
    await sendDue(send, log);
    expect([mailServer.received.length, (await waiting()).length]).toEqual([0, 1]);
    await makeDue();
    await sendDue(send, log);
    expect([mailServer.received.length, await waiting()]).toEqual([1, []]);
  });
});

describe("without a mail server", () => {
  it("writes .eml files for the owner's eyes, and the log names them", async () => {
    const folder = path.join(mkdtempSync(path.join(workerDir, "mail-")), "outbox");
    const { email } = await newUser();
    await queueMail({ kind: "account-deleted", to: email, detail: {} });
    await sendDue(createSender({ mail: { via: "files", folder }, mailFrom: "tasks@example.org" }), log);
    const [mail] = await mailIn(folder);
    expect(mail).toMatchObject({ subject: "Your account was deleted", to: [{ address: email }] });
    const { file } = lines[0]?.fields as { file: string };
    expect(lines[0]?.message).toContain(file);
    expect([statSync(folder).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600]);
  });
});

describe("startMailer", () => {
  const outbox = () => mailIn(path.join(config().dataDir, "outbox"));

  it("sends what waits already and what is queued later; after its end it sends nothing", async () => {
    const before = await newUser();
    await Promise.all(queueing({ kind: "already-registered", to: before.email, detail: {} }));
    const mailer = startMailer(log);
    const to = async () => (await outbox()).map((mail) => mail.to?.[0]?.address);
    await expect.poll(to).toContain(before.email);
    const later = await newUser();
    await queueMail({ kind: "already-registered", to: later.email, detail: {} });
    await expect.poll(to).toContain(later.email);
    await expect.poll(waiting).toEqual([]);
    await mailer.stop();
    await queueMail({ kind: "already-registered", to: before.email, detail: {} });
    expect(await waiting()).toHaveLength(1);
  });
});
