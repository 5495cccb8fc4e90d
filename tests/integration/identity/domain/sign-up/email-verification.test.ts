import { hash } from "@node-rs/argon2";
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { completingSignIn } from "~/identity/domain/sign-in/complete-sign-in.server";
import { isEmailVerified, resendVerification, verifyEmail } from "~/identity/domain/sign-up/email-verification.server";
import { requireLink } from "~/identity/domain/account/links.server";
import { makeToken } from "~/services/one-time-tokens/one-time-tokens.server";
import { signIn } from "~/identity/domain/sign-in/sign-in.server";
import { openAccount } from "~/identity/domain/sign-up/sign-up.server";
import { Conflict, Forbidden, Invalid, NotFound, RateLimited } from "~/core/errors";
import { tokenIn } from "../../../../support/mail";
import { sendWaiting, waitingMail } from "../../../../support/outbox";
import { statementsOf } from "../../../../support/statements";
import { client, newActor, newUser, openSession, password, permissionOf, standingOf } from "../../../../support/people";

vi.mock("@node-rs/argon2", { spy: true });

const hour = 60 * 60 * 1000;
const bearer = { via: "bearer" } as const;
const newEmail = () => `${randomUUID()}@example.com`;
const somebody = () => ({ address: `198.51.100.1 ${randomUUID()}`, userAgent: "Vitest" });

/** The settings of this process, for one test. */
const verification = (emailVerification: "off" | "optional" | "required") =>
  Object.assign(config(), { emailVerification });

beforeEach(() => void verification("optional"));
afterEach(() => void verification("off"));

const verifiedAt = async (id: string) => (await db().user.findUniqueOrThrow({ where: { id } })).emailVerifiedAt;

async function newLink() {
  const user = await newUser();
  const secret = await makeToken("verify-email", { userId: user.id, email: user.email });
  return { user, secret };
}

describe("a link", () => {
  it("confirms the address, once, and writes it down", async () => {
    const { user, secret } = await newLink();
    const { actor } = await openSession(user);
    expect(await isEmailVerified(actor)).toBe(false);
    await verifyEmail(secret, password, client);
    expect(await isEmailVerified(actor)).toBe(true);
    expect(await db().auditEvent.findFirst({ where: { userId: user.id, kind: "email_verified" } })).not.toBeNull();
    await expect(verifyEmail(secret, password, client)).rejects.toBeInstanceOf(NotFound);
  });

  it("used by many at once is used by one", async () => {
    const { user, secret } = await newLink();
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => verifyEmail(secret, password, client)));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await db().auditEvent.count({ where: { userId: user.id, kind: "email_verified" } })).toBe(1);
  });

  it("may be looked at as often as one likes", async () => {
    const { secret } = await newLink();
    for (let time = 0; time < 3; time++) await requireLink("verify-email", secret);
    await verifyEmail(secret, password, client);
  });

  it("ends after 24 hours", async () => {
    const { user, secret } = await newLink();
    await expect(verifyEmail(secret, password, client, new Date(Date.now() + 24 * hour))).rejects.toBeInstanceOf(
      NotFound,
    );
    expect(await verifiedAt(user.id)).toBeNull();
    await verifyEmail(secret, password, client, new Date(Date.now() + 24 * hour - 60_000));
  });

  it("is good for the address that it was sent to, and for no other", async () => {
    const { user, secret } = await newLink();
    await db().user.update({ where: { id: user.id }, data: { email: newEmail() } });
    await expect(verifyEmail(secret, password, client)).rejects.toBeInstanceOf(NotFound);
    expect(await verifiedAt(user.id)).toBeNull();
  });

  it.each(["reset-password", "change-email", "undo-email"] as const)(
    "of another kind (%s) confirms nothing",
    async (purpose) => {
      const { id, email } = await newUser();
      const secret = await makeToken(purpose, { userId: id, email });
      await expect(verifyEmail(secret, password, client)).rejects.toBeInstanceOf(NotFound);
      expect(await verifiedAt(id)).toBeNull();
    },
  );
});

describe("asking for the link again", () => {
  it("leaves an older one good, and has a limit of 3 in an hour", async () => {
    const user = await newUser();
    const { actor } = await openSession(user);
    await resendVerification(actor);
    const first = tokenIn(await waitingMail("verify-email", user.email), "/verify-email");
    for (let time = 0; time < 2; time++) {
      await resendVerification(actor);
      await waitingMail("verify-email", user.email);
    }
    await expect(resendVerification(actor)).rejects.toBeInstanceOf(RateLimited);
    expect(await sendWaiting()).toEqual([]);
    await verifyEmail(first, password, client);
    await expect(resendVerification(await newActor())).resolves.toBeUndefined();
    await sendWaiting();
  });
});

describe("EMAIL_VERIFICATION=optional", () => {
  it("signs a new account in, and mails it a link", async () => {
    const email = newEmail();
    const session = await openAccount({ email, password }, bearer, somebody());
    expect(session?.user.email).toBe(email);
    await verifyEmail(tokenIn(await waitingMail("verify-email", email), "/verify-email"), password, client);
    expect(await verifiedAt(session?.user.id ?? "")).not.toBeNull();
  });

  it("lets an unconfirmed account in", async () => {
    const { email } = await newUser();
    await expect(signIn({ email, password }, bearer, somebody())).resolves.toBeDefined();
  });

  it("off: nobody is mailed", async () => {
    verification("off");
    await openAccount({ email: newEmail(), password }, bearer, somebody());
    expect(await sendWaiting()).toEqual([]);
  });
});

describe("EMAIL_VERIFICATION=required", () => {
  beforeEach(() => void verification("required"));

  it("makes the account and signs nobody in; the link opens the door", async () => {
    const email = newEmail();
    expect(await openAccount({ email, password, name: "Ada" }, bearer, somebody())).toBeNull();
    const user = await db().user.findUniqueOrThrow({ where: { email }, include: { sessions: true } });
    expect(user).toMatchObject({ name: "Ada", isActive: true, emailVerifiedAt: null, sessions: [] });
    expect(await db().auditEvent.count({ where: { userId: user.id, kind: "sign_up" } })).toBe(1);
    await verifyEmail(tokenIn(await waitingMail("verify-email", email), "/verify-email"), password, client);
    await expect(signIn({ email, password }, bearer, somebody())).resolves.toMatchObject({ user: { email } });
  });

  it("takes the account's password too: a stranger who made the account first gets nothing confirmed", async () => {
    const email = newEmail();
    await openAccount({ email, password: "the stranger's own words" }, bearer, somebody());
    const link = tokenIn(await waitingMail("verify-email", email), "/verify-email");
    await openAccount({ email, password }, bearer, somebody());
    await expect(verifyEmail(link, password, client)).rejects.toBeInstanceOf(Invalid);
    await expect(verifyEmail(link, "", client)).rejects.toBeInstanceOf(Invalid);
    const { id } = await db().user.findUniqueOrThrow({ where: { email } });
    expect(await verifiedAt(id)).toBeNull();
    const stranger = signIn({ email, password: "the stranger's own words" }, bearer, somebody());
    await expect(stranger).rejects.toBeInstanceOf(Forbidden);
    await sendWaiting();
  });

  it("says the same of a known address, changes nothing there, and tells its owner", async () => {
    const { id, email } = await newUser();
    const before = await db().user.findUniqueOrThrow({ where: { id }, include: { password: true } });
    expect(await openAccount({ email, password: "another fine password" }, bearer, somebody())).toBeNull();
    expect(await db().user.findUniqueOrThrow({ where: { id }, include: { password: true } })).toEqual(before);
    const [mail, ...others] = await sendWaiting();
    expect([mail?.kind, mail?.to, others]).toEqual(["already-registered", email, []]);
    expect(await db().auditEvent.count({ where: { userId: id } })).toBe(0);
  });

  it("does the same work for a known and for an unknown address: the same statements, one hash", async () => {
    const { email } = await newUser();
    const work = async (email: string) => {
      vi.mocked(hash).mockClear();
      const statements = await statementsOf(() => openAccount({ email, password }, bearer, somebody()));
      return { statements, hashes: vi.mocked(hash).mock.calls.length };
    };
    const unknown = await work(newEmail());
    expect(unknown.hashes).toBe(1);
    expect(unknown.statements.length).toBeGreaterThan(4);
    expect(await work(email)).toEqual(unknown);
    await sendWaiting();
  });

  it("of many who sign up with one address at once one gets it", async () => {
    const email = newEmail();
    const all = Array.from({ length: 5 }, () => openAccount({ email, password }, bearer, somebody()));
    expect(await Promise.all(all)).toEqual([null, null, null, null, null]);
    expect(await db().user.count({ where: { email } })).toBe(1);
    const kinds = (await sendWaiting()).map(({ kind }) => kind).sort();
    expect(kinds).toEqual([...Array<string>(4).fill("already-registered"), "verify-email"]);
  });

  it("mails one address five times an hour, and says nothing of it", async () => {
    const email = newEmail();
    for (let time = 0; time < 7; time++) expect(await openAccount({ email, password }, bearer, somebody())).toBeNull();
    expect(await sendWaiting()).toHaveLength(5);
  });

  it("is asked of every way to sign in", async () => {
    const user = await newUser();
    const complete = async () =>
      completingSignIn({ ...user, ...(await standingOf(user)) }, await permissionOf(user), bearer, client);
    await expect(complete()).rejects.toMatchObject({ code: "email-not-verified" });
    await waitingMail("verify-email", user.email);
    await db().user.update({ where: { id: user.id }, data: { emailVerifiedAt: new Date() } });
    await expect(complete()).resolves.toBeDefined();
  });

  it("an address that is kept for its old owner is as good as taken", async () => {
    const { id } = await newUser();
    const email = newEmail();
    await makeToken("undo-email", { userId: id, email });
    expect(await openAccount({ email, password }, bearer, somebody())).toBeNull();
    expect(await db().user.count({ where: { email } })).toBe(0);
    expect((await sendWaiting()).map(({ kind }) => kind)).toEqual(["already-registered"]);
    verification("optional");
    await expect(openAccount({ email, password }, bearer, somebody())).rejects.toBeInstanceOf(Conflict);
  });

  it("turns an unconfirmed account away after the right password alone, and mails a new link, three an hour", async () => {
    const { email } = await newUser();
    await expect(signIn({ email, password: "wrong" }, bearer, somebody())).rejects.toThrow("Invalid email or password");
    expect(await sendWaiting()).toEqual([]);
    for (let time = 1; time <= 3; time++) {
      const refused = await signIn({ email, password }, bearer, somebody()).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(Forbidden);
      expect(refused).toMatchObject({
        code: "email-not-verified",
        message: "Confirm your email address first. We have sent you a new link.",
      });
      await waitingMail("verify-email", email);
    }
    await expect(signIn({ email, password }, bearer, somebody())).rejects.toThrow(
      "Confirm your email address first. Follow the link in the mail that we sent you.",
    );
    expect(await sendWaiting()).toEqual([]);
    const user = await db().user.findUniqueOrThrow({ where: { email }, include: { sessions: true } });
    expect(user.sessions).toEqual([]);
  });

  it("does not count the right password of an unconfirmed account as a guess", async () => {
    const { email } = await newUser();
    const from = somebody();
    for (let time = 0; time < 12; time++)
      await expect(signIn({ email, password }, bearer, from)).rejects.toBeInstanceOf(Forbidden);
    await sendWaiting();
  });
});
