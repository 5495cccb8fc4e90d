import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { makeToken, peekToken, type TokenPurpose } from "~/services/one-time-tokens/one-time-tokens.server";
import type { AccountLine } from "~/identity/domain/lifecycle/operator.server";
import { dumpDatabase } from "../../support/dump";
import { withTotp } from "../../support/factors";
import { api, newAddress, submit, textOf, visit } from "../../support/http";
import { newCookie, newUser, password } from "../../support/people";
import { runUserCommand, startServer, type RunningServer } from "../../support/server";

/* `npm run user`, beside a running server. */

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ databaseUrl: config().databaseUrl, env: { TRUST_PROXY: "loopback" } });
});

afterAll(() => server.stop());

const run = (words: string[], input = "", env: Record<string, string> = {}) =>
  runUserCommand(words, { databaseUrl: config().databaseUrl, input, env });
const newEmail = () => `${randomUUID()}@example.com`;
const logIn = (email: string, given = password) =>
  api(server.url, "POST", "/auth/login", { address: newAddress() }, { email, password: given });
const userOf = (email: string) => db().user.findUnique({ where: { email } });
const eventsOf = async (userId: string) =>
  (await db().auditEvent.findMany({ where: { userId }, orderBy: { at: "asc" } })).map(({ kind }) => kind);

const hour = 60 * 60 * 1000;

/** The secret at the end of a link that the command printed. */
const secretIn = (output: string, start: string) => {
  const at = output.indexOf(start);
  expect(at, output).toBeGreaterThanOrEqual(0);
  return decodeURIComponent(output.slice(at + start.length).split("\n")[0] ?? "");
};

/** A session in a browser and one on the API, and whether they work. */
async function signedInTwice(email: string) {
  const user = await userOf(email);
  if (!user) throw new Error("no such account");
  const cookie = await newCookie(user);
  const tokens = (await logIn(email)).json<{ access_token: string; refresh_token: string }>();
  return {
    tokens,
    statuses: async () => [
      (await visit(server.url, "/tasks", { cookie })).status,
      (await api(server.url, "GET", "/tasks", { token: tokens.access_token })).status,
    ],
  };
}

describe("disable and enable", () => {
  it("take effect on the next request", async () => {
    const { id, email } = await newUser();
    const { tokens, statuses } = await signedInTwice(email);
    expect(await statuses()).toEqual([200, 200]);

    expect((await run(["disable", email.toUpperCase()])).exitCode).toBe(0);
    expect(await statuses()).toEqual([303, 401]);
    const refresh = await api(server.url, "POST", "/auth/refresh", {}, { refresh_token: tokens.refresh_token });
    expect([refresh.status, refresh.json().detail]).toEqual([401, "Invalid refresh token"]);
    const refused = await logIn(email);
    expect([refused.status, refused.json().detail]).toEqual([403, "Account is disabled"]);
    const page = await submit(server.url, "/login", { email, password });
    expect([page.status, textOf(page.text).includes("Account is disabled")]).toEqual([400, true]);

    expect((await run(["enable", email])).exitCode).toBe(0);
    expect((await logIn(email)).status).toBe(200);
    expect(await statuses()).toEqual([303, 401]);
    expect(await eventsOf(id)).toEqual(expect.arrayContaining(["account_disabled", "account_enabled"]));
  });
});

describe("end-sessions", () => {
  it("signs an account out everywhere and nobody else", async () => {
    const [{ id, email }, other] = [await newUser(), await newUser()];
    const [hers, others] = [await signedInTwice(email), await signedInTwice(other.email)];
    const ended = await run(["end-sessions", email]);
    expect([ended.exitCode, ended.output]).toEqual([0, `${email} is signed out everywhere (2 sessions).\n`]);
    expect(await hers.statuses()).toEqual([303, 401]);
    expect(await others.statuses()).toEqual([200, 200]);
    expect((await logIn(email)).status).toBe(200);
    expect(await eventsOf(id)).toContain("sessions_ended_by_operator");
  });
});

describe("remove-factors", () => {
  it("takes every second factor away, so that the password alone signs in, and tells the owner", async () => {
    const [{ id, email }, other] = [await newUser(), await newUser()];
    for (const user of [id, other.id]) {
      await withTotp({ id: user });
      await db().passkey.create({
        data: {
          ...{ id: randomUUID(), userId: user, name: "a key", publicKey: "-", counter: 0n, transports: "" },
          ...{ backedUp: false, createdAt: new Date() },
        },
      });
    }
    expect((await logIn(email)).json().type).toBe("/problems/second-factor-required");
    const removed = await run(["remove-factors", email]);
    expect([removed.exitCode, removed.output]).toEqual([
      0,
      `${email} signs in with the password alone. Two-step sign-in, backup codes and passkeys are gone.\n`,
    ]);
    expect((await logIn(email)).status).toBe(200);
    expect(await db().passkey.count({ where: { userId: id } })).toBe(0);
    expect(await db().backupCode.count({ where: { userId: id } })).toBe(0);
    expect(await eventsOf(id)).toContain("factors_removed_by_operator");
    expect((await logIn(other.email)).status).toBe(401);
    expect(await db().passkey.count({ where: { userId: other.id } })).toBe(1);
  });
});

describe("create", () => {
  it("makes an account without a usable password, and prints a link of a day to choose one", async () => {
    const email = newEmail();
    const made = await run(["create", email.toUpperCase(), "--name", "Grace"], "", {
      PUBLIC_URL: "https://tasks.example.com",
    });
    expect(made.exitCode).toBe(0);
    const secret = secretIn(made.output, "https://tasks.example.com/reset-password?token=");
    const user = await userOf(email);
    expect(user).toMatchObject({ name: "Grace", isActive: true, emailVerifiedAt: null });
    const token = await peekToken("reset-password", secret);
    expect(token).toMatchObject({ userId: user?.id, detail: "operator" });
    const left = (token?.expiresAt.getTime() ?? 0) - Date.now();
    expect(left).toBeGreaterThan(23 * hour);
    expect(left).toBeLessThanOrEqual(24 * hour);
    for (const guess of ["", password, secret]) expect((await logIn(email, guess || "x")).status).toBe(401);
    expect(await eventsOf(user?.id ?? "")).toContain("account_created");
    expect(await dumpDatabase(config().databaseUrl)).not.toContain(secret);

    const choose = () =>
      submit(
        server.url,
        `/reset-password?token=${secret}`,
        { newPassword: password, confirmPassword: password },
        { address: newAddress() },
      );
    expect((await choose()).status).toBe(303);
    expect((await logIn(email)).status).toBe(200);
    // The link came by hand, so it proves no address; and it is good once.
    expect((await userOf(email))?.emailVerifiedAt).toBeNull();
    expect((await choose()).status).not.toBe(303);
  });

  it("takes a password from standard input, by the rules for every password", async () => {
    const email = newEmail();
    const made = await run(["create", email, "--password-stdin"], `${password}\n`);
    expect([made.exitCode, made.output]).toEqual([0, `${email} has an account.\n`]);
    expect((await logIn(email)).status).toBe(200);
    for (const bad of ["short", "password123", ""]) {
      const refused = await run(["create", newEmail(), "--password-stdin"], bad);
      expect([refused.exitCode, refused.output]).toEqual([
        1,
        expect.stringMatching(/^(Password|This password) [^\n]+\n$/),
      ]);
    }
  });

  it("refuses an address that has an account, and one that is none, without a stack", async () => {
    const { email } = await newUser();
    const taken = await run(["create", email]);
    expect([taken.exitCode, taken.output]).toEqual([1, `${email} has an account already\n`]);
    const former = newEmail();
    await makeToken("undo-email", { userId: (await newUser()).id, email: former });
    const kept = await run(["create", former]);
    expect([kept.exitCode, kept.output]).toEqual([1, expect.stringContaining(`${former} is kept for the account`)]);
    const none = await run(["create", "nobody"]);
    expect([none.exitCode, none.output]).toEqual([1, "Enter an email address such as name@example.com\n"]);
  });
});

describe("reset-password", () => {
  it("prints a link for a new password; the one before is worthless, and the old password stays good", async () => {
    const { id, email } = await newUser();
    const secrets = [await run(["reset-password", email]), await run(["reset-password", email])].map(({ output }) =>
      secretIn(output, "/reset-password?token="),
    );
    const tokens = await Promise.all(secrets.map((secret) => peekToken("reset-password", secret)));
    expect(tokens).toEqual([null, expect.objectContaining({ userId: id })]);
    expect((await logIn(email)).status).toBe(200);
    expect(await eventsOf(id)).toContain("password_reset_by_operator");
    const elsewhere: TokenPurpose[] = ["invitation", "verify-email", "change-email"];
    for (const purpose of elsewhere) expect(await peekToken(purpose, secrets[1] ?? "")).toBeNull();
  });
});

describe("delete", () => {
  it("asks first: where there is nobody to ask it deletes nothing", async () => {
    const { email } = await newUser();
    const refused = await run(["delete", email], `${email}\n`);
    expect([refused.exitCode, refused.output]).toEqual([1, expect.stringContaining("--yes")]);
    expect(await userOf(email)).not.toBeNull();
  });

  it.each(["email", "id"] as const)("deletes by %s, with effect on the next request", async (by) => {
    const user = await newUser();
    const { statuses } = await signedInTwice(user.email);
    const gone = await run(["delete", user[by], "--yes"]);
    expect([gone.exitCode, gone.output]).toEqual([0, `${user.email} is deleted, with everything in it.\n`]);
    expect(await statuses()).toEqual([303, 401]);
    expect((await logIn(user.email)).status).toBe(401);
    expect(await eventsOf(user.id)).toEqual([]);
    const again = await run(["delete", user.email, "--yes"]);
    expect([again.exitCode, again.output]).toEqual([1, `No account has the email ${user.email}\n`]);
  });
});

describe("list", () => {
  it("shows every account with its state, as a table and as JSON", async () => {
    const [used, unused] = [await newUser(), await newUser({ isActive: false })];
    await db().user.update({ where: { id: used.id }, data: { emailVerifiedAt: new Date() } });
    await db().totpFactor.create({
      data: { userId: used.id, sealedSecret: "-", backupSalt: "-", confirmedAt: new Date(), createdAt: new Date() },
    });
    await db().totpFactor.create({
      data: { userId: unused.id, sealedSecret: "-", backupSalt: "-", createdAt: new Date() },
    });
    await newCookie(used);
    const { output } = await run(["list", "--json"]);
    const lines = JSON.parse(output) as AccountLine[];
    expect(lines).toHaveLength(await db().user.count());
    const lineOf = (id: string) => lines.find((line) => line.id === id);
    expect(lineOf(used.id)).toMatchObject({
      ...{ email: used.email, name: "Ada", isActive: true, isVerified: true, hasSecondFactor: true },
      lastSeenAt: expect.stringMatching(/^\d{4}-/) as string,
    });
    expect(lineOf(unused.id)).toMatchObject({
      ...{ isActive: false, isVerified: false, hasSecondFactor: false, lastSeenAt: null },
    });
    expect(output).not.toContain("argon2");
    const table = (await run(["list"])).output;
    expect(table).toMatch(new RegExp(`^${used.email} +Ada +yes +yes +yes +\\S+ \\S+Z +\\S+ \\S+Z$`, "m"));
  });
});

describe("invite", () => {
  it.each([
    [[], "whoever has this link", 7],
    [["--days", "30"], "whoever has this link", 30],
  ])("prints a link: %s", async (words, whom, days) => {
    const { exitCode, output } = await run(["invite", ...words]);
    expect([exitCode, output]).toEqual([0, expect.stringContaining(`for ${whom}, for ${days} days`)]);
    const token = await peekToken("invitation", secretIn(output, "/signup?invitation="));
    expect(token?.email).toBeNull();
    expect(Math.round(((token?.expiresAt.getTime() ?? 0) - Date.now()) / (24 * hour))).toBe(days);
  });

  it("can be for one address, which has no account yet", async () => {
    const email = newEmail();
    const { output } = await run(["invite", email.toUpperCase()]);
    expect((await peekToken("invitation", secretIn(output, "/signup?invitation=")))?.email).toBe(email);
    const taken = await newUser();
    const refused = await run(["invite", taken.email]);
    expect([refused.exitCode, refused.output]).toEqual([1, `${taken.email} has an account already\n`]);
  });
});

describe("what cannot be done", () => {
  it.each(["disable", "enable", "reset-password", "end-sessions", "remove-factors", "delete"])(
    "%s of an account that there is not fails with a sentence",
    async (command) => {
      const unknown = await run([command, "nobody@example.com"]);
      expect([unknown.exitCode, unknown.output]).toEqual([1, "No account has the email nobody@example.com\n"]);
    },
  );

  it.each([
    [[]],
    [["disable"]],
    [["disable", "a@example.com", "b@example.com"]],
    [["constructor", "a@example.com"]],
    [["list", "--yes"]],
    [["delete", "a@example.com", "--force"]],
    [["invite", "--days", "0"]],
    [["invite", "--days", "1.5"]],
    [["invite", "--days", "366"]],
  ])("other words get the usage: %s", async (words) => {
    const wrong = await run(words);
    expect([wrong.exitCode, wrong.output]).toEqual([2, expect.stringMatching(/^Usage: npm run user/)]);
  });
});
