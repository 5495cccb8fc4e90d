import { hash, verify } from "@node-rs/argon2";
import { randomUUID } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { signUpBody } from "~/identity/domain/account/account-schema";
import { getUser, updateProfile } from "~/identity/domain/account/accounts.server";
import { changePassword } from "~/identity/domain/recovery/change-password.server";
import { setAccountActive } from "~/identity/domain/lifecycle/operator.server";
import { signIn, WrongCredentials } from "~/identity/domain/sign-in/sign-in.server";
import { signUp } from "~/identity/domain/sign-up/sign-up.server";
import { Conflict, Forbidden, Invalid, NotFound, Unauthenticated } from "~/core/errors";
import { findCallerByIdentifier, findCallerBySession } from "~/identity/domain/sessions/sessions.server";
import { dumpDatabase } from "../../../../support/dump";
import { client, newUser, openSession, password } from "../../../../support/people";

vi.mock("@node-rs/argon2", { spy: true });

const bearer = { via: "bearer" } as const;
const cookie = { via: "cookie", remembered: false } as const;

/** Every call from an address of its own, where limits are not what a test is about. */
const somebody = () => ({
  address: `198.51.100.${Math.floor(Math.random() * 250)} ${randomUUID()}`,
  userAgent: "Vitest",
});

const newEmail = () => `${randomUUID()}@example.com`;
const signUpInput = (input: Record<string, unknown>) => signUpBody.parse({ password, ...input });
const signInAs = (email: string, given = password) => signIn({ email, password: given }, bearer, somebody());
/** Parameters below today's; argon2id is the library's own default. */
const weaker = { memoryCost: 8192, timeCost: 1, parallelism: 1 };
const storedHash = async (userId: string) => (await db().password.findUniqueOrThrow({ where: { userId } })).hash;
/** The kinds of an account's events, in the order of the alphabet. */
const eventsOf = async (userId: string) =>
  (await db().auditEvent.findMany({ where: { userId } })).map(({ kind }) => kind).sort();

describe("signUp", () => {
  it("makes an active account that is signed in, with the address trimmed and lower-cased", async () => {
    const unique = randomUUID();
    const session = await signUp(signUpInput({ email: `  Ada.${unique}@Example.COM ` }), cookie, somebody());
    const caller = await findCallerByIdentifier(session.secret);
    expect(caller?.user).toEqual({
      id: session.user.id,
      email: `ada.${unique}@example.com`,
      name: `ada.${unique}`,
      isActive: true,
      createdAt: session.user.createdAt,
    });
    expect(await eventsOf(session.user.id)).toEqual(["sign_up"]);
  });

  it("keeps the name that was given", async () => {
    const { user } = await signUp(signUpInput({ email: newEmail(), name: " Grace 🚢 " }), bearer, somebody());
    expect((await db().user.findUniqueOrThrow({ where: { id: user.id } })).name).toBe("Grace 🚢");
  });

  it("shortens a default name to a hundred code points", async () => {
    const local = "x".repeat(150);
    const { user } = await signUp(signUpInput({ email: `${local}@${randomUUID()}.example` }), bearer, somebody());
    expect(user.name).toBe("x".repeat(100));
  });

  it.each([
    ["the same", (email: string) => email],
    ["upper case", (email: string) => email.toUpperCase()],
    ["spaces around", (email: string) => `  ${email}\t`],
  ])("refuses an address that has an account: %s", async (_form, change) => {
    const email = newEmail();
    await signUp(signUpInput({ email }), bearer, somebody());
    const again = signUp(signUpInput({ email: change(email) }), bearer, somebody());
    await expect(again).rejects.toMatchObject({
      constructor: Conflict,
      field: "email",
      message: "Email already registered",
    });
  });

  it("makes exactly one account of ten parallel sign-ups with one address, and nothing of the other nine", async () => {
    const email = newEmail();
    const forms = Array.from({ length: 10 }, (_, index) => (index % 2 ? email : email.toUpperCase()));
    const outcomes = await Promise.allSettled(
      forms.map((form) => signUp(signUpInput({ email: form }), bearer, somebody())),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(Conflict);
    const users = await db().user.findMany({ where: { email }, include: { password: true, sessions: true } });
    expect(users).toHaveLength(1);
    expect(users[0]?.sessions).toHaveLength(1);
    expect(users[0]?.password).not.toBeNull();
    expect(await db().password.count()).toBe(await db().user.count());
    expect(await eventsOf(users[0]?.id ?? "")).toEqual(["sign_up"]);
  });

  it("keeps the password as argon2id with m=19456, t=2, p=1, and never as it is", async () => {
    const secret = `${randomUUID()} 🔑 with spaces `;
    const { user } = await signUp(signUpInput({ email: newEmail(), password: secret }), bearer, somebody());
    const kept = await storedHash(user.id);
    expect(kept).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const everything = await dumpDatabase(config().databaseUrl);
    expect(everything).toContain(JSON.stringify(kept).slice(1, -1));
    expect(everything).not.toContain(secret.slice(0, 36));
    await expect(signInAs(user.email, secret)).resolves.toMatchObject({ user: { id: user.id } });
    await expect(signInAs(user.email, secret.trim())).rejects.toBeInstanceOf(Unauthenticated);
  });

  it("never truncates: passwords that differ in the last of 256 code points are two", async () => {
    const start = "🐳".repeat(255);
    const { user } = await signUp(signUpInput({ email: newEmail(), password: `${start}a` }), bearer, somebody());
    await expect(signInAs(user.email, `${start}b`)).rejects.toBeInstanceOf(Unauthenticated);
    await expect(signInAs(user.email, `${start}a`)).resolves.toMatchObject({ user: { id: user.id } });
  });

  it.each([
    ["a common password", "iloveyou1"],
    ["a common password in other case", "PassWord123"],
    ["the product's name", "HoldFast"],
    ["the e-mail's local part", "Some.Body"],
  ])("refuses %s, and makes no account", async (_rule, guessable) => {
    const email = `some.body@${randomUUID()}.example`;
    const attempt = signUp(signUpInput({ email, password: guessable }), bearer, somebody());
    await expect(attempt).rejects.toMatchObject({ constructor: Invalid, faults: [{ path: ["password"] }] });
    expect(await db().user.count({ where: { email } })).toBe(0);
  });
});

describe("signIn", () => {
  it("opens a new session with a new secret at every sign-in", async () => {
    const user = await newUser();
    const first = await signIn({ email: user.email, password }, cookie, somebody());
    const second = await signIn({ email: ` ${user.email.toUpperCase()} `, password }, cookie, somebody());
    expect(second.secret).not.toBe(first.secret);
    expect(second.actor.sessionId).not.toBe(first.actor.sessionId);
    expect(await findCallerByIdentifier(first.secret)).not.toBeNull();
    expect(await findCallerByIdentifier(second.secret)).not.toBeNull();
    expect(await eventsOf(user.id)).toEqual(["sign_in", "sign_in"]);
  });

  it("gives a wrong password and an unknown address the same answer", async () => {
    const user = await newUser();
    const same = { constructor: WrongCredentials, message: "Invalid email or password" };
    await expect(signInAs(user.email, "not the password")).rejects.toMatchObject(same);
    await expect(signInAs(newEmail(), "not the password")).rejects.toMatchObject(same);
    expect(await eventsOf(user.id)).toEqual(["sign_in_failed"]);
  });

  it("does the same work for an unknown address as for a wrong password: one argon2 verification", async () => {
    const user = await newUser();
    const work = async (email: string) => {
      vi.mocked(verify).mockClear();
      await expect(signInAs(email, "not the password")).rejects.toBeInstanceOf(Unauthenticated);
      return vi.mocked(verify).mock.calls.map(([against, given]) => [String(against).split("$").slice(0, 4), given]);
    };
    const forWrong = await work(user.email);
    expect(forWrong).toEqual([[["", "argon2id", "v=19", "m=19456,t=2,p=1"], "not the password"]]);
    expect(await work(newEmail())).toEqual(forWrong);
  });

  it("takes a password however old it is, and asks for no other", async () => {
    const user = await newUser();
    await db().password.updateMany({ where: { userId: user.id }, data: { updatedAt: new Date("2001-01-01") } });
    await db().user.updateMany({ where: { id: user.id }, data: { createdAt: new Date("2001-01-01") } });
    await expect(signInAs(user.email)).resolves.toMatchObject({ user: { id: user.id } });
  });

  it("takes a password in whatever form a keyboard sends it", async () => {
    const [composed, decomposed] = ["k\u00f6nig im gr\u00fcnen", "ko\u0308nig im gru\u0308nen"];
    const { user } = await signUp(signUpInput({ email: newEmail(), password: decomposed }), bearer, somebody());
    const kept = await storedHash(user.id);
    for (const typed of [composed, decomposed])
      await expect(signInAs(user.email, typed)).resolves.toMatchObject({ user: { id: user.id } });
    expect(await storedHash(user.id)).toBe(kept);
  });

  it("takes a password as an earlier version has hashed it, and hashes it anew in its canonical form", async () => {
    const [composed, decomposed] = ["k\u00f6nig im gr\u00fcnen", "ko\u0308nig im gru\u0308nen"];
    const old = await hash(decomposed, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
    const user = await newUser({ hash: old });
    await expect(signInAs(user.email, composed)).rejects.toBeInstanceOf(Unauthenticated);
    expect(await storedHash(user.id)).toBe(old);
    await expect(signInAs(user.email, decomposed)).resolves.toMatchObject({ user: { id: user.id } });
    expect(await storedHash(user.id)).not.toBe(old);
    for (const typed of [composed, decomposed])
      await expect(signInAs(user.email, typed)).resolves.toMatchObject({ user: { id: user.id } });
  });

  it("hashes anew when the stored parameters are weaker, and the password still works", async () => {
    const weak = await hash(password, weaker);
    const user = await newUser({ hash: weak });
    await signInAs(user.email);
    const stronger = await storedHash(user.id);
    expect(stronger).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await signInAs(user.email);
    expect(await storedHash(user.id)).toBe(stronger);
  });

  it("does not hash anew after a wrong password", async () => {
    const weak = await hash(password, weaker);
    const user = await newUser({ hash: weak });
    await expect(signInAs(user.email, "not the password")).rejects.toBeInstanceOf(Unauthenticated);
    expect(await storedHash(user.id)).toBe(weak);
  });

  it.each(["", "not a hash", "$argon2id$v=19$m=19456,t=2,p=1$", "$2b$10$abcdefghijklmnopqrstuv"])(
    "takes a malformed stored hash as a wrong password: %j",
    async (malformed) => {
      const user = await newUser({ hash: malformed });
      await expect(signInAs(user.email)).rejects.toMatchObject({ message: "Invalid email or password" });
    },
  );

  it("tells of a disabled account only after the right password", async () => {
    const user = await newUser({ isActive: false });
    await expect(signInAs(user.email, "not the password")).rejects.toMatchObject({
      message: "Invalid email or password",
    });
    await expect(signInAs(user.email)).rejects.toMatchObject({
      constructor: Forbidden,
      message: "Account is disabled",
    });
    expect(await db().session.count({ where: { userId: user.id } })).toBe(0);
    expect(await eventsOf(user.id)).toEqual(["sign_in_disabled", "sign_in_failed"]);
  });
});

describe("changePassword", () => {
  const next = "another walk, before lunch";

  it("ends every other session and keeps this one", async () => {
    const user = await newUser();
    const here = await openSession(user);
    const browser = await openSession(user);
    const program = await openSession(user, bearer);
    const stranger = await openSession(await newUser());
    await changePassword(here.actor, { currentPassword: password, newPassword: next }, somebody());
    expect(await findCallerByIdentifier(here.secret)).not.toBeNull();
    expect(await findCallerByIdentifier(browser.secret)).toBeNull();
    expect(await findCallerBySession(program.actor.sessionId)).toBeNull();
    expect(await findCallerByIdentifier(stranger.secret)).not.toBeNull();
    await expect(signInAs(user.email, next)).resolves.toMatchObject({ user: { id: user.id } });
    await expect(signInAs(user.email)).rejects.toBeInstanceOf(Unauthenticated);
    expect(await eventsOf(user.id)).toEqual(["password_changed", "sign_in", "sign_in_failed"]);
  });

  it("changes nothing when the current password is wrong", async () => {
    const user = await newUser();
    const [here, other] = [await openSession(user), await openSession(user)];
    const before = await storedHash(user.id);
    const change = changePassword(here.actor, { currentPassword: "wrong", newPassword: next }, somebody());
    await expect(change).rejects.toMatchObject({ constructor: Invalid, faults: [{ path: ["currentPassword"] }] });
    expect(await storedHash(user.id)).toBe(before);
    expect(await findCallerByIdentifier(other.secret)).not.toBeNull();
    expect(await eventsOf(user.id)).toEqual(["password_change_failed"]);
  });

  it("refuses a password that is tried first", async () => {
    const { actor } = await openSession(await newUser());
    const change = changePassword(actor, { currentPassword: password, newPassword: "password123" }, somebody());
    await expect(change).rejects.toMatchObject({ constructor: Invalid, faults: [{ path: ["newPassword"] }] });
  });

  it("counts guesses at the current password together with failed sign-ins", async () => {
    const user = await newUser();
    const { actor } = await openSession(user);
    const place = somebody();
    for (let attempt = 0; attempt < 10; attempt++)
      await expect(
        changePassword(actor, { currentPassword: "wrong", newPassword: next }, place),
      ).rejects.toBeInstanceOf(Invalid);
    await expect(signIn({ email: user.email, password }, bearer, place)).rejects.toMatchObject({ name: "RateLimited" });
  });
});

describe("the profile", () => {
  it("changes the actor's own name and nobody else's", async () => {
    const [mine, other] = [await newUser(), await newUser()];
    const { actor } = await openSession(mine);
    expect(await updateProfile(actor, { name: "Grace" }, client)).toEqual({ ...mine, name: "Grace" });
    expect((await db().user.findUniqueOrThrow({ where: { id: other.id } })).name).toBe(other.name);
    expect(await eventsOf(mine.id)).toEqual(["profile_changed"]);
  });

  it("stays as it is when nothing is sent", async () => {
    const user = await newUser();
    const { actor } = await openSession(user);
    expect(await updateProfile(actor, {}, client)).toEqual(user);
    expect(await eventsOf(user.id)).toEqual([]);
  });

  it("is gone with the account", async () => {
    const user = await newUser();
    const { actor } = await openSession(user);
    await db().user.delete({ where: { id: user.id } });
    await expect(getUser(actor)).rejects.toBeInstanceOf(Unauthenticated);
  });
});

describe("setAccountActive", () => {
  it("ends every session of a disabled account, for good, and lets it sign in again when enabled", async () => {
    const user = await newUser();
    const [browser, program] = [await openSession(user), await openSession(user, bearer)];
    await setAccountActive(` ${user.email.toUpperCase()}`, false);
    expect(await findCallerByIdentifier(browser.secret)).toBeNull();
    expect(await findCallerBySession(program.actor.sessionId)).toBeNull();
    await setAccountActive(user.email, true);
    expect(await findCallerByIdentifier(browser.secret)).toBeNull();
    await expect(signInAs(user.email)).resolves.toMatchObject({ user: { id: user.id } });
    expect(await eventsOf(user.id)).toEqual(["account_disabled", "account_enabled", "sign_in"]);
  });

  it("refuses sessions by the account's state alone, should one have outlived the change", async () => {
    const user = await newUser();
    const [browser, program] = [await openSession(user), await openSession(user, bearer)];
    await db().user.update({ where: { id: user.id }, data: { isActive: false } });
    expect(await findCallerByIdentifier(browser.secret)).toBeNull();
    expect(await findCallerBySession(program.actor.sessionId)).toBeNull();
  });

  it("says so when no account has the address", async () => {
    await expect(setAccountActive("nobody@example.com", false)).rejects.toBeInstanceOf(NotFound);
  });
});

it("no audit event holds a password or a secret", async () => {
  const secret = `${randomUUID()} secret`;
  const user = (await signUp(signUpInput({ email: newEmail(), password: secret }), cookie, somebody())).user;
  const session = await signIn({ email: user.email, password: secret }, cookie, somebody());
  const wrong = `${randomUUID()} wrong`;
  await expect(signInAs(user.email, wrong)).rejects.toBeInstanceOf(Unauthenticated);
  const next = `${randomUUID()} next`;
  await changePassword(session.actor, { currentPassword: secret, newPassword: next }, somebody());
  const events = JSON.stringify(await db().auditEvent.findMany());
  expect(events).toContain(session.actor.sessionId);
  for (const hidden of [secret, wrong, next, session.secret]) expect(events).not.toContain(hidden);
});
