import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "~/core/data/db.server";
import { sendDue } from "~/services/mail/mailer.server";
import { queueMail } from "~/services/mail/outbox.server";
import type { MailKind } from "~/services/mail/mail-kind.server";
import { createSender, type ReadyMail } from "~/services/mail/sender.server";
import { startMailServer, type TestMailServer } from "../../../../support/mail";
import { newUser } from "../../../../support/people";
import { statementsOf } from "../../../../support/statements";

/* What the mailer does for an address tells nobody whether it has an account. */

let mailServer: TestMailServer;

beforeEach(async () => {
  await db().outboxMessage.deleteMany();
  mailServer = await startMailServer();
});
afterEach(() => mailServer.stop());

const quiet = { info: () => undefined, warn: (fields: object) => expect(fields).toBe("nothing to warn of") };
const unknown = () => `${randomUUID()}@example.com`;

/** What sending one message does: which statements, of which tables, and what is made. */
async function workOf(kind: MailKind, to: string, userId?: string) {
  const detail = kind === "reset-password" ? { userAgent: "curl/8", address: "192.0.2.7" } : {};
  await queueMail({ kind, userId, to, detail: detail as never });
  const sender = createSender({ mail: { via: "smtp", url: mailServer.url }, mailFrom: "tasks@example.org" });
  const made: ReadyMail[] = [];
  const greeted = mailServer.greeted();
  const statements = await statementsOf(() =>
    sendDue((mail) => {
      made.push(mail);
      return sender(mail);
    }, quiet),
  );
  const [mail, ...more] = made;
  expect(more).toEqual([]);
  return {
    // How the client writes a condition down, and what it wants back, depends on how it was asked.
    statements: statements.map((text) =>
      text
        .replace(/ RETURNING .*$/s, "")
        .replace(/[()]/g, "")
        .replace(/\s+/g, " ")
        .trim(),
    ),
    text: mail?.text.replace(/token=[\w-]+/g, "token=").length,
    html: mail?.html.replace(/token=[\w-]+/g, "token=").length,
    subject: mail?.subject,
    greetings: mailServer.greeted() - greeted,
    rows: {
      tokens: await db().oneTimeToken.count(),
      events: await db().auditEvent.count(),
      waiting: await db().outboxMessage.count(),
    },
  };
}

async function workAlone(...[kind, to, userId]: Parameters<typeof workOf>) {
  await db().oneTimeToken.deleteMany();
  await db().auditEvent.deleteMany();
  return workOf(kind, to, userId);
}

describe("a reset is the same work for an address with an account and for", () => {
  it.each([
    ["an address without", () => Promise.resolve(unknown())],
    ["the address of a disabled account", async () => (await newUser({ isActive: false })).email],
    [
      "an account whose password was changed since",
      async () => {
        const user = await newUser();
        await db().password.update({ where: { userId: user.id }, data: { updatedAt: new Date(Date.now() + 60_000) } });
        return user.email;
      },
    ],
  ])("%s", async (_which, other) => {
    const address = await other();
    // What is made at the first use is there.
    await workAlone("reset-password", (await newUser()).email);
    const known = await workAlone("reset-password", (await newUser()).email);
    const received = mailServer.received.length;
    const nobody = await workAlone("reset-password", address);
    expect(nobody).toEqual(known);
    expect(known.rows).toEqual({ tokens: 1, events: 1, waiting: 0 });
    expect(known.greetings).toBe(1);
    expect(mailServer.received).toHaveLength(received);
  });

  it("a link that leads nowhere is nobody's", async () => {
    await workAlone("reset-password", unknown());
    expect(await db().oneTimeToken.findMany()).toMatchObject([{ userId: null, email: null }]);
  });
});

it("a sign-up where addresses have to be confirmed is the same work for a known and an unknown address", async () => {
  const fresh = await newUser();
  await workAlone("verify-email", fresh.email, fresh.id);
  const known = await workAlone("already-registered", unknown());
  const unconfirmed = await workAlone("verify-email", fresh.email, fresh.id);
  const shape = ({ statements, greetings, rows }: Awaited<ReturnType<typeof workOf>>) => ({
    statements,
    greetings,
    rows,
  });
  expect(shape(known)).toEqual(shape(unconfirmed));
  expect(known.rows.tokens).toBe(1);
});

it("another address for an account is the same work whether it is free, taken, or kept for somebody", async () => {
  const shape = ({ statements, greetings, rows }: Awaited<ReturnType<typeof workOf>>) => ({
    statements,
    greetings,
    rows,
  });
  const asker = async () => (await newUser()).id;
  await workAlone("confirm-new-email", unknown(), await asker());
  const free = shape(await workAlone("confirm-new-email", unknown(), await asker()));
  expect(shape(await workAlone("confirm-new-email", (await newUser()).email, await asker()))).toEqual(free);
  const off = await newUser({ isActive: false });
  expect(shape(await workAlone("confirm-new-email", off.email, await asker()))).toEqual(free);
});
