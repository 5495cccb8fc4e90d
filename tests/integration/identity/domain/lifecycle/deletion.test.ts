import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { databaseKind } from "~/core/data/database-url.server";
import { db } from "~/core/data/db.server";
import { countContents, deleteAccount } from "~/identity/domain/lifecycle/deletion.server";
import { makeToken } from "~/services/one-time-tokens/one-time-tokens.server";
import { deleteAccountByOperator } from "~/identity/domain/lifecycle/operator.server";
import { signIn } from "~/identity/domain/sign-in/sign-in.server";
import { Invalid, NotFound, RateLimited, Unauthenticated } from "~/core/errors";
import { onMailQueued, queueMail } from "~/services/mail/outbox.server";
import { record } from "~/services/audit/audit.server";
import { refreshSession } from "~/identity/domain/sessions/refresh-tokens.server";
import { findCallerByIdentifier, findCallerBySession } from "~/identity/domain/sessions/sessions.server";
import { createTask } from "~/tasks/domain/tasks.server";
import { createToken } from "~/identity/domain/tokens/personal-tokens.server";
import { removeExpired } from "~/services/upkeep/upkeep.server";
import { runSql } from "../../../../support/catalogue";
import { newUser, openSession, password } from "../../../../support/people";

/** Every call from an address of its own, where limits are not what a test is about. */
const somebody = () => ({ address: `198.51.100.1 ${randomUUID()}`, userAgent: "Vitest" });

/** An account that has a row in every table that can hold one, by the schema's own word. */
async function fullAccount() {
  const user = await newUser();
  const { id: userId, email } = user;
  const browser = await openSession(user);
  const api = await openSession(user, { via: "bearer" });
  const refreshed = await refreshSession(api.secret, somebody());
  await createTask(browser.actor, { title: "a task" }, "a key of the client's own");
  const expiresAt = new Date(Date.now() + 60_000);
  await createToken(
    browser.actor,
    { id: randomUUID(), name: "a token", scopes: ["tasks:read"], expiresAt },
    somebody(),
  );
  const createdAt = new Date();
  await db().passkey.create({
    data: {
      ...{ id: randomUUID(), userId, name: "a key", publicKey: "-", counter: 0n, transports: "", backedUp: false },
      createdAt,
    },
  });
  await db().totpFactor.create({ data: { userId, sealedSecret: "-", backupSalt: "-", createdAt } });
  await db().backupCode.create({ data: { userId, hash: "-", createdAt } });
  await makeToken("change-email", { userId, email: `new-${email}` });
  await makeToken("invitation", { email });
  await queueMail({ kind: "verify-email", userId, to: email, detail: {} });
  await queueMail({ kind: "reset-password", to: email, detail: somebody() });
  await record({ kind: "sign_in_failed", userId, client: somebody() });
  return { user, browser, api, refreshed };
}

const onSqlite = databaseKind(config().databaseUrl) === "sqlite";

const namesOf = async (sqlite: string, postgresql: string): Promise<string[]> =>
  ((await runSql(config().databaseUrl, onSqlite ? sqlite : postgresql)) as { name: string }[]).map(({ name }) => name);

const tables = () =>
  namesOf(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
  );

/** Tables whose rows belong to a user by a column of their own: a new one is in the list at once. */
const tablesOfUsers = () =>
  namesOf(
    `SELECT DISTINCT t.name FROM sqlite_master t, pragma_table_xinfo(t.name) c
      WHERE t.type = 'table' AND c.name = 'user_id'`,
    `SELECT DISTINCT table_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name = 'user_id'`,
  );

/** The tables with a row that names one of these texts anywhere. */
async function tablesNaming(...texts: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const table of await tables()) {
    const rows = JSON.stringify(await runSql(config().databaseUrl, `SELECT * FROM "${table}"`));
    if (texts.some((text) => rows.includes(text))) found.push(table);
  }
  return found;
}

const deletedEvents = () => db().auditEvent.findMany({ where: { kind: "account_deleted" } });

describe.each([
  [
    "by its owner",
    ({ browser }: Awaited<ReturnType<typeof fullAccount>>) => deleteAccount(browser.actor, password, somebody()),
  ],
  ["by the operator", ({ user }: Awaited<ReturnType<typeof fullAccount>>) => deleteAccountByOperator(user.email)],
])("an account that is deleted %s", (_who, remove) => {
  it("is in no table any more; what stays is an event without a name, and the message to the owner", async () => {
    const account = await fullAccount();
    const { user, browser, api } = account;
    const names = [user.id, user.email, browser.actor.sessionId, api.actor.sessionId];
    const before = await tablesNaming(...names);
    // Without a row in each of them this test would prove nothing of a table.
    expect(before).toEqual(expect.arrayContaining([...(await tablesOfUsers()), "used_refresh_tokens", "users"]));
    const events = (await deletedEvents()).length;

    let woken = 0;
    onMailQueued(() => woken++);
    await remove(account);
    expect(woken).toBe(1);
    expect(await tablesNaming(...names)).toEqual(["outbox_messages"]);
    const mail = await db().outboxMessage.findMany({ where: { recipient: user.email } });
    expect(mail).toMatchObject([{ kind: "account-deleted", userId: null }]);
    const left = await deletedEvents();
    expect(left).toHaveLength(events + 1);
    for (const event of left)
      expect(event).toMatchObject({ userId: null, sessionId: null, address: null, userAgent: null, detail: null });
  });

  it("lets nobody in any more, by session, token or password, and its address is free", async () => {
    const account = await fullAccount();
    const { user, browser, api, refreshed } = account;
    await remove(account);
    expect(await findCallerByIdentifier(browser.secret)).toBeNull();
    expect(await findCallerBySession(api.actor.sessionId)).toBeNull();
    await expect(refreshSession(refreshed.refreshToken, somebody())).rejects.toBeInstanceOf(Unauthenticated);
    await expect(signIn({ email: user.email, password }, { via: "bearer" }, somebody())).rejects.toBeInstanceOf(
      Unauthenticated,
    );
    await expect(newUser({ email: user.email })).resolves.toMatchObject({ email: user.email });
  });

  it("takes nothing of anybody else along", async () => {
    const [account, other] = [await fullAccount(), await fullAccount()];
    const before = await tablesNaming(other.user.id, other.user.email);
    const counts = await countContents(other.browser.actor);
    await remove(account);
    expect(await tablesNaming(other.user.id, other.user.email)).toEqual(before);
    expect(await countContents(other.browser.actor)).toEqual(counts);
    expect(await findCallerByIdentifier(other.browser.secret)).not.toBeNull();
  });

  it("cannot be deleted twice", async () => {
    const account = await fullAccount();
    await remove(account);
    const error = await remove(account).catch((reason: unknown) => reason);
    expect(error instanceof Unauthenticated || error instanceof NotFound).toBe(true);
  });
});

describe("deleteAccount", () => {
  it("refuses a wrong password, notes it, and counts it together with sign-in", async () => {
    const { user, browser } = await fullAccount();
    const here = somebody();
    for (let guess = 0; guess < 10; guess++)
      await expect(deleteAccount(browser.actor, `wrong ${guess}`, here)).rejects.toBeInstanceOf(Invalid);
    await expect(deleteAccount(browser.actor, password, here)).rejects.toBeInstanceOf(RateLimited);
    await expect(signIn({ email: user.email, password }, { via: "bearer" }, here)).rejects.toBeInstanceOf(RateLimited);
    expect(await db().auditEvent.count({ where: { userId: user.id, kind: "proof_failed" } })).toBe(10);
    expect(await db().task.count({ where: { userId: user.id } })).toBe(1);
  });

  it("of several at once deletes once", async () => {
    const { user, browser } = await fullAccount();
    const events = (await deletedEvents()).length;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 4 }, () => deleteAccount(browser.actor, password, somebody())),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(Unauthenticated);
    expect(await deletedEvents()).toHaveLength(events + 1);
    expect(await db().user.count({ where: { id: user.id } })).toBe(0);
  });

  it("an event that was on its way meanwhile goes with the next clean-up, and no other does", async () => {
    const [{ user, browser }, other] = [await fullAccount(), await fullAccount()];
    await deleteAccount(browser.actor, password, somebody());
    await record({ kind: "sign_in_failed", userId: user.id, client: somebody() });
    await record({ kind: "sign_in_failed", client: { address: "192.0.2.77", userAgent: "" } });
    const before = await db().auditEvent.count({ where: { userId: other.user.id } });
    await removeExpired();
    expect(await tablesNaming(user.id)).toEqual([]);
    expect(await db().auditEvent.count({ where: { userId: other.user.id } })).toBe(before);
    expect(await db().auditEvent.count({ where: { address: "192.0.2.77" } })).toBe(1);
  });

  it("counts what would be lost, of the actor alone", async () => {
    const { browser } = await fullAccount();
    // The second event is the refresh token in use from elsewhere.
    expect(await countContents(browser.actor)).toEqual({ tasks: 1, sessions: 2, passkeys: 1, events: 3 });
  });
});
