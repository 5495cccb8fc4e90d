import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { db } from "~/core/data/db.server";
import type { MailDetails, MailKind } from "~/services/mail/mail-kind.server";
import type { ReadyMail } from "~/services/mail/sender.server";
import { client, newUser, openSession, password } from "../../../../support/people";
import { withSettingsAndDatabase } from "../../../../support/settings";

/* Who is told without having asked, and how often. */

const happening = { device: "Firefox on Linux", address: "192.0.2.7", at: "2026-11-21T19:20:00.000Z" };

const notices: { [Kind in MailKind]?: MailDetails[Kind] } = {
  "new-device": happening,
  "password-changed": happening,
  "factor-changed": { ...happening, change: "The API token {name} was made.", name: "x" },
  "account-deleted": {},
};

beforeEach(async () => {
  await db().outboxMessage.deleteMany();
  await db().rateLimit.deleteMany();
});

const waiting = () => db().outboxMessage.findMany({ orderBy: { createdAt: "asc" } });
const endWindows = () => db().rateLimit.updateMany({ data: { resetsAt: new Date() } });

/** The program where addresses are confirmed. */
const confirming = <Result>(run: () => Promise<Result>, settings: Record<string, string> = {}) =>
  withSettingsAndDatabase({ EMAIL_VERIFICATION: "optional", ...settings }, run);

const outbox = () => import("~/services/mail/outbox.server");

async function queue(kind: MailKind, user: { id: string; email: string }, detail = notices[kind] ?? {}) {
  const { queueMail } = await outbox();
  await queueMail({
    kind,
    userId: kind === "account-deleted" ? undefined : user.id,
    to: user.email,
    detail: detail,
  });
}

/** Sends whatever waits, what leaves later too. */
async function sendAll(): Promise<ReadyMail[]> {
  const { sendDue } = await import("~/services/mail/mailer.server");
  await db().outboxMessage.updateMany({ data: { nextAttemptAt: new Date(Date.now() - 1) } });
  const sent: ReadyMail[] = [];
  await sendDue(
    (mail) => {
      sent.push(mail);
      return Promise.resolve(undefined);
    },
    { info: () => undefined, warn: (fields) => expect(fields).toBe("nothing to warn of") },
  );
  return sent;
}

describe("an address that was never confirmed", () => {
  it.each(Object.keys(notices) as MailKind[])("is told nothing: %s", (kind) =>
    confirming(async () => {
      await queue(kind, await newUser());
      expect(await waiting()).toEqual([]);
      expect(await db().rateLimit.count()).toBe(0);
    }),
  );

  it.each(Object.keys(notices) as MailKind[])("is told nothing where nobody is asked to confirm one: %s", (kind) =>
    confirming(
      async () => {
        await queue(kind, await newUser());
        expect(await waiting()).toEqual([]);
      },
      {
        EMAIL_VERIFICATION: "off",
        SMTP_URL: "smtp://127.0.0.1:9",
        PUBLIC_URL: "http://localhost:3000",
      },
    ),
  );

  it.each(["verify-email", "reset-password", "already-registered"] as const)("gets what was asked for: %s", (kind) =>
    confirming(async () => {
      const detail = kind === "reset-password" ? { userAgent: "", address: "192.0.2.7" } : {};
      await queue(kind, await newUser(), detail as never);
      expect(await waiting()).toMatchObject([{ kind }]);
    }),
  );

  it("gets one message whatever is done with the account", () =>
    confirming(async () => {
      const { signUp } = await import("~/identity/domain/sign-up/sign-up.server");
      const { signIn } = await import("~/identity/domain/sign-in/sign-in.server");
      const { changePassword } = await import("~/identity/domain/recovery/change-password.server");
      const { createToken } = await import("~/identity/domain/tokens/personal-tokens.server");
      const { deleteAccount } = await import("~/identity/domain/lifecycle/deletion.server");
      const email = `${randomUUID()}@example.com`;
      const kind = { via: "cookie", remembered: false } as const;
      const { actor } = await signUp({ email, password }, kind, client);
      for (let time = 0; time < 30; time++)
        await signIn({ email, password }, kind, { ...client, userAgent: `Evil${time}/1` });
      for (let time = 0; time < 5; time++)
        await createToken(
          actor,
          {
            id: randomUUID(),
            name: `Your account is locked: https://evil.example/${time}`,
            scopes: [],
            expiresAt: new Date(Date.now() + 1e8),
          },
          client,
        );
      await changePassword(actor, { currentPassword: password, newPassword: `${password}!` }, client);
      expect((await waiting()).map((row) => row.kind)).toEqual(["verify-email"]);
      await deleteAccount(actor, `${password}!`, client);
      expect(await waiting()).toEqual([]);
    }));
});

describe("an address that was confirmed", () => {
  it.each(Object.keys(notices) as MailKind[])("is told: %s", (kind) =>
    confirming(async () => {
      await queue(kind, await newUser({ verified: true }));
      expect(await waiting()).toMatchObject([{ kind }]);
    }),
  );

  it("gets ten in an hour, and one that sums up what comes after", () =>
    confirming(async () => {
      const user = await newUser({ verified: true });
      for (let time = 0; time < 25; time++) await queue("factor-changed", user);
      const rows = await waiting();
      expect(rows.filter((row) => row.kind === "factor-changed")).toHaveLength(10);
      expect(rows.filter((row) => row.kind === "more-happened")).toMatchObject([{ detail: "15", userId: user.id }]);

      const sent = await sendAll();
      expect(sent).toHaveLength(11);
      const summary = sent.find((mail) => mail.kind === "more-happened");
      expect(summary?.text).toContain("15 more things happened in your account.");
      expect(summary?.text).toContain("/settings/log");

      // Not one after the other, and none when the hour is over, but for what happens then.
      for (let time = 0; time < 5; time++) await queue("new-device", user);
      expect(await waiting()).toEqual([]);
      await endWindows();
      expect(await sendAll()).toEqual([]);
      await queue("new-device", user);
      expect((await sendAll()).map((mail) => mail.kind)).toEqual(["new-device"]);
    }));

  it("gets so many however many processes write at once", () =>
    confirming(async () => {
      const user = await newUser({ verified: true });
      await Promise.all(Array.from({ length: 30 }, () => queue("new-device", user)));
      const rows = await waiting();
      expect(rows.filter((row) => row.kind === "new-device")).toHaveLength(10);
      expect(rows.filter((row) => row.kind === "more-happened")).toMatchObject([{ detail: "20" }]);
    }));

  it("still gets what was asked for, and what cannot be told later", () =>
    confirming(async () => {
      const user = await newUser({ verified: true });
      for (let time = 0; time < 12; time++) await queue("factor-changed", user);
      await queue("reset-password", user, { userAgent: "", address: "192.0.2.7" });
      await queue("email-changed", user, { newEmail: "new@example.com" });
      await queue("account-deleted", user);
      const kinds = (await waiting()).map((row) => row.kind);
      expect(kinds).toEqual(expect.arrayContaining(["reset-password", "email-changed", "account-deleted"]));
      expect(kinds).toHaveLength(14);
    }));

  it("has what was asked for counted among the ten", () =>
    confirming(async () => {
      const user = await newUser({ verified: true });
      for (let time = 0; time < 4; time++) await queue("already-registered", user);
      for (let time = 0; time < 7; time++) await queue("new-device", user);
      expect((await waiting()).filter((row) => row.kind === "new-device")).toHaveLength(6);
    }));
});

describe("mail to one address that others ask for", () => {
  it("is six in an hour, from however many accounts, and nothing is said of it", () =>
    confirming(async () => {
      const { requestEmailChange } = await import("~/identity/domain/email-change/email-change.server");
      const victim = `${randomUUID()}@example.com`;
      for (let time = 0; time < 9; time++) {
        const { actor } = await openSession(await newUser());
        expect(await requestEmailChange(actor, { email: victim, password }, client)).toBe("asked");
      }
      expect((await waiting()).map((row) => row.recipient)).toEqual(Array<string>(6).fill(victim));
    }));

  it("is six in an hour by the form for a reset too", () =>
    confirming(async () => {
      const { askForReset } = await import("~/identity/domain/recovery/password-reset.server");
      const { email } = await newUser({ verified: true });
      for (let round = 0; round < 4; round++) {
        for (let time = 0; time < 3; time++)
          await askForReset(email, { ...client, address: `198.51.100.${round * 3 + time}` });
        await db().rateLimit.deleteMany({ where: { key: { startsWith: "reset:email" } } });
      }
      expect(await waiting()).toHaveLength(6);
    }));
});
