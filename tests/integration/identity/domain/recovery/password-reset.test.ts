import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { db } from "~/core/data/db.server";
import { changePassword } from "~/identity/domain/recovery/change-password.server";
import { makeToken, peekToken } from "~/services/one-time-tokens/one-time-tokens.server";
import { askForReset, ownerOfResetLink, resetPassword } from "~/identity/domain/recovery/password-reset.server";
import { SecondFactorRequired, signIn } from "~/identity/domain/sign-in/sign-in.server";
import { Invalid, NotFound, RateLimited } from "~/core/errors";
import { codeOf, withTotp } from "../../../../support/factors";
import { tokenIn } from "../../../../support/mail";
import { sendWaiting, waitingMail } from "../../../../support/outbox";
import { statementsOf } from "../../../../support/statements";
import { client, newUser, openSession, password } from "../../../../support/people";

const minute = 60 * 1000;
const bearer = { via: "bearer" } as const;
const somebody = () => ({ address: `198.51.100.1 ${randomUUID()}`, userAgent: "Vitest" });
const newPassword = "a slow train to the seaside";

async function newLink() {
  const user = await newUser();
  await askForReset(user.email, somebody());
  return { user, secret: tokenIn(await waitingMail("reset-password", user.email), "/reset-password") };
}

describe("asking for a link", () => {
  it("writes the same row for a known and for an unknown address, without a secret", async () => {
    const known = await newUser();
    const from = somebody();
    await askForReset("nobody@example.com", from);
    await askForReset(known.email, from);
    const rows = await db().outboxMessage.findMany({
      omit: { id: true, createdAt: true, nextAttemptAt: true, expiresAt: true },
    });
    const [unknown, other] = rows.sort(
      (a, b) => Number(a.recipient === known.email) - Number(b.recipient === known.email),
    );
    expect(unknown).toEqual({ ...other, recipient: "nobody@example.com" });
    expect(await db().oneTimeToken.count({ where: { purpose: "reset-password" } })).toBe(0);
    expect((await sendWaiting()).map(({ to }) => to)).toEqual([known.email]);
    const events = await db().auditEvent.findMany({ where: { userId: known.id } });
    expect(events).toMatchObject([{ kind: "password_reset_requested", address: from.address, userAgent: "Vitest" }]);
  });

  it("runs the same statements for a known, an unknown and a disabled address", async () => {
    const [known, disabled] = [await newUser(), await newUser({ isActive: false })];
    const statements = (email: string) => statementsOf(() => askForReset(email, somebody()));
    const forNobody = await statements(`${randomUUID()}@example.com`);
    expect(forNobody.join()).toContain("outbox_messages");
    expect(await statements(known.email)).toEqual(forNobody);
    expect(await statements(disabled.email)).toEqual(forNobody);
    await sendWaiting();
  });

  it("mails nothing for a disabled account", async () => {
    const { email } = await newUser({ isActive: false });
    await askForReset(email, somebody());
    expect(await sendWaiting()).toEqual([]);
  });

  it("mails one address three times in ten minutes, and says nothing of it", async () => {
    const { email } = await newUser();
    for (let time = 0; time < 7; time++) await expect(askForReset(email, somebody())).resolves.toBeUndefined();
    expect(await sendWaiting()).toHaveLength(3);
  });

  it("has a limit of 20 in an hour for one network address, known or not", async () => {
    const from = somebody();
    for (let time = 0; time < 20; time++) await askForReset(`${randomUUID()}@example.com`, from);
    await expect(askForReset(`${randomUUID()}@example.com`, from)).rejects.toBeInstanceOf(RateLimited);
    await expect(askForReset(`${randomUUID()}@example.com`, somebody())).resolves.toBeUndefined();
    expect(await sendWaiting()).toEqual([]);
  });
});

describe("a link", () => {
  it("sets a new password, ends every session, tells the owner, and signs nobody in", async () => {
    const { user, secret } = await newLink();
    await openSession(user);
    await openSession(user, bearer);
    const pending = [
      await makeToken("second-factor", { userId: user.id }),
      await makeToken("change-email", { userId: user.id, email: "thief@example.com" }),
    ];
    await resetPassword(secret, newPassword, client);
    expect(await db().session.count({ where: { userId: user.id } })).toBe(0);
    expect(await peekToken("second-factor", pending[0] ?? "")).toBeNull();
    expect(await peekToken("change-email", pending[1] ?? "")).toBeNull();
    await expect(signIn({ email: user.email, password }, bearer, somebody())).rejects.toThrow("Invalid");
    await expect(signIn({ email: user.email, password: newPassword }, bearer, somebody())).resolves.toBeDefined();
    expect((await waitingMail("password-changed", user.email)).text).toContain(client.address);
    expect(await db().auditEvent.count({ where: { userId: user.id, kind: "password_reset" } })).toBe(1);
  });

  it("leaves two-step sign-in on: the new password alone opens nothing", async () => {
    const { user, secret } = await newLink();
    const factor = await withTotp(user);
    await resetPassword(secret, newPassword, client);
    const signInWith = (answer?: Parameters<typeof signIn>[3]) =>
      signIn({ email: user.email, password: newPassword }, bearer, somebody(), answer);
    await expect(signInWith()).rejects.toBeInstanceOf(SecondFactorRequired);
    expect(await db().session.count({ where: { userId: user.id } })).toBe(0);
    await expect(signInWith({ totpCode: codeOf(factor.secret) })).resolves.toMatchObject({ user: { id: user.id } });
    await expect(signInWith({ backupCode: factor.backupCodes[0] ?? "" })).resolves.toBeDefined();
    await waitingMail("password-changed", user.email);
  });

  it("proves the address as well", async () => {
    const { user, secret } = await newLink();
    await resetPassword(secret, newPassword, client);
    expect((await db().user.findUniqueOrThrow({ where: { id: user.id } })).emailVerifiedAt).not.toBeNull();
    await sendWaiting();
  });

  it("used by many at once is used by one", async () => {
    const { user, secret } = await newLink();
    const passwords = Array.from({ length: 6 }, (_, index) => `${newPassword} ${index}`);
    const all = await Promise.allSettled(passwords.map((each) => resetPassword(secret, each, client)));
    const winners = passwords.filter((_, index) => all[index]?.status === "fulfilled");
    expect(winners).toHaveLength(1);
    for (const result of all) if (result.status === "rejected") expect(result.reason).toBeInstanceOf(NotFound);
    const [winner = ""] = winners;
    await expect(signIn({ email: user.email, password: winner }, bearer, somebody())).resolves.toBeDefined();
    await waitingMail("password-changed", user.email);
  });

  it("is spent with its use, and so is every other one of the account", async () => {
    const { user, secret } = await newLink();
    const other = await makeToken("reset-password", { userId: user.id, email: user.email });
    await resetPassword(secret, newPassword, client);
    for (const spent of [secret, other])
      await expect(resetPassword(spent, "yet another password", client)).rejects.toBeInstanceOf(NotFound);
    await sendWaiting();
  });

  it("ends after ten minutes", async () => {
    const { id, email } = await newUser();
    const about = { userId: id, email };
    const old = await makeToken("reset-password", about, new Date(Date.now() - 10 * minute));
    await expect(ownerOfResetLink(old)).rejects.toBeInstanceOf(NotFound);
    await expect(resetPassword(old, newPassword, client)).rejects.toBeInstanceOf(NotFound);
    const young = await makeToken("reset-password", about, new Date(Date.now() - 9 * minute));
    expect(await ownerOfResetLink(young)).toEqual({ id, email, mailed: true });
  });

  it("dies when the password is changed otherwise, one that was asked for and not mailed yet too", async () => {
    const { user, secret } = await newLink();
    await askForReset(user.email, somebody());
    const { actor } = await openSession(user);
    await changePassword(actor, { currentPassword: password, newPassword }, somebody());
    await expect(resetPassword(secret, "yet another password", client)).rejects.toBeInstanceOf(NotFound);
    expect((await sendWaiting()).filter(({ kind }) => kind === "reset-password")).toEqual([]);
  });

  it("is worth nothing once the account is disabled or has another address", async () => {
    const [first, second] = [await newLink(), await newLink()];
    await db().user.update({ where: { id: first.user.id }, data: { isActive: false } });
    await db().user.update({ where: { id: second.user.id }, data: { email: `${randomUUID()}@example.com` } });
    for (const { secret } of [first, second])
      await expect(resetPassword(secret, newPassword, client)).rejects.toBeInstanceOf(NotFound);
  });

  it("of the operator, which was not mailed, sets a password and proves no address", async () => {
    const { id } = await newUser();
    await resetPassword(await makeToken("reset-password", { userId: id, detail: "operator" }), newPassword, client);
    expect((await db().user.findUniqueOrThrow({ where: { id } })).emailVerifiedAt).toBeNull();
    await sendWaiting();
  });

  it("stays good when the password is refused", async () => {
    const { secret } = await newLink();
    await expect(resetPassword(secret, "password123", client)).rejects.toBeInstanceOf(Invalid);
    await resetPassword(secret, newPassword, client);
    await sendWaiting();
  });

  it.each(["verify-email", "change-email", "undo-email"] as const)(
    "of another kind (%s) resets nothing",
    async (purpose) => {
      const { id, email } = await newUser();
      const secret = await makeToken(purpose, { userId: id, email });
      await expect(resetPassword(secret, newPassword, client)).rejects.toBeInstanceOf(NotFound);
    },
  );
});
