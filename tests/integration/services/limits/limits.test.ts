import { verify } from "@node-rs/argon2";
import { createHash, randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { signIn } from "~/identity/domain/sign-in/sign-in.server";
import { signUp } from "~/identity/domain/sign-up/sign-up.server";
import { RateLimited, Unauthenticated } from "~/core/errors";
import { countAttempt, giveBack, type Limit } from "~/services/limits/limits.server";
import { findCallerByIdentifier } from "~/identity/domain/sessions/sessions.server";
import { dumpDatabase } from "../../../support/dump";
import { newUser, openSession, password } from "../../../support/people";
import { withSettingsAndDatabase } from "../../../support/settings";

vi.mock("@node-rs/argon2", { spy: true });

const bearer = { via: "bearer" } as const;
const from = (address: string) => ({ address, userAgent: "Vitest" });
const attempt = (email: string, given: string, address = "192.0.2.1") =>
  signIn({ email, password: given }, bearer, from(address));
const expectWrong = (email: string, address?: string) =>
  expect(attempt(email, "wrong password", address)).rejects.toBeInstanceOf(Unauthenticated);
const setPoints = (points: number) => db().rateLimit.updateMany({ data: { points } });
/** What the counters of failed sign-ins say. */
const failuresCounted = async () =>
  (await db().rateLimit.findMany({ where: { key: { startsWith: "sign-in:" } } })).map(({ points }) => points);
const endWindows = () => db().rateLimit.updateMany({ data: { resetsAt: new Date() } });

async function failTimes(times: number, email: string, address?: string) {
  for (let time = 0; time < times; time++) await expectWrong(email, address);
}

beforeEach(async () => {
  await db().rateLimit.deleteMany();
});

describe("sign-in", () => {
  it("the tenth failure is still judged, the eleventh attempt is not, not even with the right password", async () => {
    const { email } = await newUser();
    await failTimes(10, email);
    vi.mocked(verify).mockClear();
    const refused = await attempt(email, password).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RateLimited);
    expect(refused).toMatchObject({
      message: expect.stringMatching(/^Too many attempts\. Try again in 15 minutes\.$/) as string,
    });
    expect((refused as RateLimited).retryAfterSeconds).toBeGreaterThan(14 * 60);
    expect((refused as RateLimited).retryAfterSeconds).toBeLessThanOrEqual(15 * 60);
    expect(verify).not.toHaveBeenCalled();
  });

  it("the limit is one for all forms of the address, and for an address that nobody has", async () => {
    const unknown = `${randomUUID()}@example.com`;
    await failTimes(5, unknown);
    await failTimes(5, ` ${unknown.toUpperCase()} `);
    await expect(attempt(unknown, password)).rejects.toBeInstanceOf(RateLimited);
  });

  it("another network address, and another account at the same one, are free to go on", async () => {
    const [user, other] = [await newUser(), await newUser()];
    await failTimes(10, user.email);
    await expect(attempt(user.email, password, "192.0.2.2")).resolves.toBeDefined();
    await expect(attempt(other.email, password)).resolves.toBeDefined();
    await expect(attempt(user.email, password)).rejects.toBeInstanceOf(RateLimited);
  });

  it("all addresses of one IPv6 network count as one", async () => {
    const { email } = await newUser();
    for (let host = 1; host <= 10; host++) await expectWrong(email, `2001:db8:1:2::${host}`);
    await expect(attempt(email, password, "2001:db8:1:2:ffff::1")).rejects.toBeInstanceOf(RateLimited);
    await expect(attempt(email, password, "2001:db8:1:3::1")).resolves.toBeDefined();
  });

  it("an address may fail 100 times with whatever accounts; then none of its accounts gets in", async () => {
    const { email } = await newUser();
    await expectWrong(email);
    await setPoints(99);
    await db().rateLimit.deleteMany({ where: { key: { startsWith: "sign-in:account" } } });
    await expectWrong(`${randomUUID()}@example.com`);
    await expect(attempt(email, password)).rejects.toBeInstanceOf(RateLimited);
    await expect(attempt(email, password, "192.0.2.2")).resolves.toBeDefined();
  });

  it("success gives back what it took: 9 failures, success, and ten more failures are judged", async () => {
    const { email } = await newUser();
    await failTimes(9, email);
    await attempt(email, password);
    await failTimes(10, email);
    await expect(attempt(email, password)).rejects.toBeInstanceOf(RateLimited);
  });

  it("success counts as nothing against the address: a hundred good sign-ins reach no limit", async () => {
    const { email } = await newUser();
    await attempt(email, password);
    expect(await failuresCounted()).toEqual([0, 0]);
  });

  it("a disabled account's right password is no failure", async () => {
    const { email } = await newUser({ isActive: false });
    await expect(attempt(email, password)).rejects.toMatchObject({ name: "Forbidden" });
    expect(await failuresCounted()).toEqual([0, 0]);
  });

  it("the window ends by itself, and attempts refused meanwhile do not make it longer", async () => {
    const { email } = await newUser();
    await failTimes(10, email);
    const before = await db().rateLimit.findMany({ orderBy: { key: "asc" } });
    for (let time = 0; time < 5; time++) await expect(attempt(email, password)).rejects.toBeInstanceOf(RateLimited);
    expect(await db().rateLimit.findMany({ orderBy: { key: "asc" } })).toEqual(before);
    await endWindows();
    await expect(attempt(email, password)).resolves.toBeDefined();
  });

  it("of fifty parallel wrong passwords at most ten are compared with the hash", async () => {
    const { email } = await newUser();
    vi.mocked(verify).mockClear();
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => attempt(email, "wrong password")));
    expect(vi.mocked(verify).mock.calls.length).toBe(10);
    const reasons = outcomes.map((outcome) => (outcome.status === "rejected" ? (outcome.reason as Error).name : ""));
    expect(reasons.filter((name) => name === "Unauthenticated")).toHaveLength(10);
    expect(reasons.filter((name) => name === "RateLimited")).toHaveLength(40);
  });

  it("sessions that are open already keep working", async () => {
    const user = await newUser();
    const session = await openSession(user);
    await failTimes(10, user.email);
    await expect(attempt(user.email, password)).rejects.toBeInstanceOf(RateLimited);
    expect(await findCallerByIdentifier(session.secret)).not.toBeNull();
  });
});

describe("sign-up", () => {
  it("20 in an hour from one address; the 21st makes no account", async () => {
    const input = () => ({ email: `${randomUUID()}@example.com`, password });
    await signUp(input(), bearer, from("192.0.2.1"));
    await setPoints(19);
    await signUp(input(), bearer, from("192.0.2.1"));
    const late = input();
    const refused = await signUp(late, bearer, from("192.0.2.1")).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RateLimited);
    expect((refused as RateLimited).retryAfterSeconds).toBeGreaterThan(59 * 60);
    expect(await db().user.count({ where: { email: late.email } })).toBe(0);
    await expect(signUp(late, bearer, from("192.0.2.2"))).resolves.toBeDefined();
  });

  it("attempts with a taken address count too, so that nobody can ask for thousands", async () => {
    const { email } = await newUser();
    await expect(signUp({ email, password }, bearer, from("192.0.2.1"))).rejects.toMatchObject({ name: "Conflict" });
    await setPoints(20);
    await expect(signUp({ email, password }, bearer, from("192.0.2.1"))).rejects.toBeInstanceOf(RateLimited);
  });
});

describe("the counters", () => {
  const limit: Limit = { name: "test", points: 3, windowSeconds: 60 };
  const keyOf = (subject: string) => `test:${createHash("sha256").update(subject).digest("base64url")}`;

  it("are rows of the database, whose keys tell nothing of whom they count", async () => {
    const email = `${randomUUID()}@example.com`;
    await expectWrong(email, "203.0.113.77");
    expect(await db().rateLimit.count()).toBe(4);
    await db().auditEvent.deleteMany();
    const everything = await dumpDatabase(config().databaseUrl);
    expect(everything).not.toContain(email);
    expect(everything).not.toContain("203.0.113.77");
  });

  it("let exactly as many of parallel attempts in as are allowed", async () => {
    const counter = { limit, subject: randomUUID() };
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, () => countAttempt(counter)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    expect((await db().rateLimit.findUniqueOrThrow({ where: { key: keyOf(counter.subject) } })).points).toBe(3);
  });

  it("a refusal by one takes nothing from the other", async () => {
    const full = { limit, subject: randomUUID() };
    const free = { limit, subject: randomUUID() };
    for (let time = 0; time < 3; time++) await countAttempt(full);
    await expect(countAttempt(full, free)).rejects.toBeInstanceOf(RateLimited);
    expect(await db().rateLimit.count({ where: { key: keyOf(free.subject) } })).toBe(0);
  });

  it("start a new window after the old one's end, from its first attempt on", async () => {
    const counter = { limit, subject: randomUUID() };
    for (let time = 0; time < 3; time++) await countAttempt(counter);
    await endWindows();
    const began = Date.now();
    await countAttempt(counter);
    const row = await db().rateLimit.findUniqueOrThrow({ where: { key: keyOf(counter.subject) } });
    expect(row.points).toBe(1);
    expect(row.resetsAt.getTime()).toBeGreaterThanOrEqual(began + 60_000);
  });

  it("never fall below nothing", async () => {
    const counter = { limit, subject: randomUUID() };
    await countAttempt(counter);
    for (let time = 0; time < 3; time++) await giveBack(counter);
    for (let time = 0; time < 3; time++) await countAttempt(counter);
    await expect(countAttempt(counter)).rejects.toBeInstanceOf(RateLimited);
  });

  it("count nothing with RATE_LIMITS=off", async () => {
    const { email } = await newUser();
    await withSettingsAndDatabase({ RATE_LIMITS: "off" }, async () => {
      const { signIn } = await import("~/identity/domain/sign-in/sign-in.server");
      for (let time = 0; time < 12; time++)
        await expect(signIn({ email, password: "wrong" }, bearer, from("192.0.2.1"))).rejects.toMatchObject({
          name: "Unauthenticated",
        });
      await expect(signIn({ email, password }, bearer, from("192.0.2.1"))).resolves.toMatchObject({ user: { email } });
    });
    expect(await db().rateLimit.count()).toBe(0);
  });
});
