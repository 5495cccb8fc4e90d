import { describe, expect, it } from "vitest";
import { db } from "~/core/data/db.server";
import { makeToken } from "~/services/one-time-tokens/one-time-tokens.server";
import {
  finishSecondStepWithPasskey,
  secondStepOptions,
  signInOptions,
  signInWithPasskey,
} from "~/identity/domain/passkeys/passkey-sign-in.server";
import { getPasskey, listPasskeys, removePasskey, renamePasskey } from "~/identity/domain/passkeys/passkeys.server";
import { addPasskey, registrationOptions } from "~/identity/domain/passkeys/registration.server";
import { beginSecondStep } from "~/identity/domain/sign-in/second-step.server";
import { Conflict, Forbidden, Invalid, NotFound, RateLimited, Unauthenticated } from "~/core/errors";
import { findCallerByIdentifier } from "~/identity/domain/sessions/sessions.server";
import { newAuthenticator, type Deviation } from "../../../../support/authenticator";
import { withTotp } from "../../../../support/factors";
import { newAddress } from "../../../../support/http";
import { newUser, openSession, standingOf } from "../../../../support/people";

const origin = "https://tasks.example.com";
const cookie = { via: "cookie", remembered: false } as const;
/** Every call from an address of its own, where limits are not what a test is about. */
const somebody = () => ({ address: newAddress(), userAgent: "Vitest" });

async function newPerson() {
  const user = await newUser();
  const { actor } = await openSession(user);
  const authenticator = newAuthenticator(origin);
  const add = async (change?: Deviation, by = authenticator) => {
    const { challenge } = await registrationOptions(actor, origin);
    await addPasskey(actor, { name: "Phone", response: by.register(challenge, change) }, origin, somebody());
  };
  const use = async (change?: Deviation) => {
    const { challenge } = await signInOptions(origin, somebody());
    return signInWithPasskey(authenticator.sign(challenge, user.id, change), origin, cookie, somebody());
  };
  return { user, actor, authenticator, add, use };
}

const eventsOf = async (userId: string) =>
  (await db().auditEvent.findMany({ where: { userId } })).map(({ kind }) => kind).sort();
const sessionsOf = (userId: string) => db().session.count({ where: { userId } });

/** What no answer to either question may be. */
const deviations: [string, Deviation][] = [
  ["of another origin", { origin: "https://evil.example" }],
  ["of our host by http", { origin: "http://tasks.example.com" }],
  ["of our host on another port", { origin: `${origin}:8443` }],
  ["for another site's name", { rpID: "example.com" }],
  ["without the owner being verified", { userVerified: false }],
  ["without anybody being present", { userPresent: false, userVerified: false }],
  ["to a question that nobody asked", { challenge: Buffer.alloc(32, 1).toString("base64url") }],
  ["to another kind of question", { type: "payment.get" }],
];

describe("adding a passkey", () => {
  it("asks for one that needs no name, verifies its owner, and is not there yet", async () => {
    const { actor, user, add, authenticator } = await newPerson();
    await add();
    const options = await registrationOptions(actor, origin);
    expect(options.rp).toEqual({ name: "Holdfast", id: "tasks.example.com" });
    expect(Buffer.from(options.user.id, "base64url").toString()).toBe(user.id);
    expect(options.authenticatorSelection).toMatchObject({ residentKey: "required", userVerification: "required" });
    expect(options.excludeCredentials?.map(({ id }) => id)).toEqual([authenticator.id]);
    expect(Buffer.from(options.challenge, "base64url")).toHaveLength(32);
  });

  it("keeps it under its name, and tells of it", async () => {
    const { actor, user, add, authenticator } = await newPerson();
    await add();
    expect(await listPasskeys(actor)).toEqual([
      { id: authenticator.id, name: "Phone", synced: false, createdAt: expect.any(Date) as Date, lastUsedAt: null },
    ]);
    expect(await eventsOf(user.id)).toEqual(["passkey_added"]);
  });

  it.each(deviations)("refuses an answer %s", async (_what, change) => {
    const { actor, add } = await newPerson();
    await expect(add(change)).rejects.toBeInstanceOf(Invalid);
    expect(await listPasskeys(actor)).toEqual([]);
  });

  it("refuses the answer to a question that was asked of somebody else, or for signing in", async () => {
    const [one, other] = [await newPerson(), await newPerson()];
    for (const { challenge } of [
      await registrationOptions(other.actor, origin),
      await signInOptions(origin, somebody()),
    ]) {
      const response = one.authenticator.register(challenge);
      await expect(addPasskey(one.actor, { name: "", response }, origin, somebody())).rejects.toBeInstanceOf(Invalid);
    }
    expect(await listPasskeys(one.actor)).toEqual([]);
  });

  it("takes an answer once, and not after five minutes", async () => {
    const { actor, authenticator, user } = await newPerson();
    const { challenge } = await registrationOptions(actor, origin);
    const response = authenticator.register(challenge);
    await addPasskey(actor, { name: "", response }, origin, somebody());
    await removePasskey(actor, authenticator.id, somebody());
    const again = addPasskey(actor, { name: "", response }, origin, somebody());
    await expect(again).rejects.toBeInstanceOf(Invalid);
    const old = await makeToken("passkey-registration", { userId: user.id }, new Date(Date.now() - 5 * 60 * 1000));
    const late = addPasskey(actor, { name: "", response: authenticator.register(old) }, origin, somebody());
    await expect(late).rejects.toBeInstanceOf(Invalid);
  });

  it("refuses one that another account has, and leaves it there", async () => {
    const [one, other] = [await newPerson(), await newPerson()];
    await one.add();
    await expect(other.add({}, one.authenticator)).rejects.toBeInstanceOf(Conflict);
    expect(await listPasskeys(other.actor)).toEqual([]);
    expect(await listPasskeys(one.actor)).toHaveLength(1);
  });

  it("ends at twenty", async () => {
    const { actor, user, add } = await newPerson();
    await add();
    const row = await db().passkey.findFirstOrThrow({ where: { userId: user.id } });
    const rows = Array.from({ length: 19 }, (_, index) => ({ ...row, id: `${row.id}${index}` }));
    await db().passkey.createMany({ data: rows });
    await expect(registrationOptions(actor, origin)).rejects.toBeInstanceOf(Conflict);
  });

  it.each(["", "null", "{}", "[]", '{"id":1}', "not json"])("%j is no answer", async (response) => {
    const { actor } = await newPerson();
    await expect(addPasskey(actor, { name: "", response }, origin, somebody())).rejects.toBeInstanceOf(Invalid);
    await expect(signInWithPasskey(response, origin, cookie, somebody())).rejects.toBeInstanceOf(Unauthenticated);
  });
});

/** An answer as some browsers give it, with another user handle than the authenticator's. */
function withHandle(answer: string, userHandle: unknown): string {
  const parsed = JSON.parse(answer) as { response: object };
  return JSON.stringify({ ...parsed, response: { ...parsed.response, userHandle } });
}

describe("signing in with a passkey", () => {
  it("opens a session, without a code where two-step sign-in is on", async () => {
    const { user, add, use, actor } = await newPerson();
    await withTotp(user);
    await add();
    const session = await use();
    expect((await findCallerByIdentifier(session.secret))?.user.id).toBe(user.id);
    expect((await listPasskeys(actor))[0]?.lastUsedAt).toBeInstanceOf(Date);
    const event = await db().auditEvent.findFirstOrThrow({ where: { userId: user.id, kind: "sign_in" } });
    expect(event.detail).toMatch(/^Phone\b/);
  });

  it.each([
    ...deviations,
    ["that counts backwards", { counter: 1 }],
    ["that names another account", { userHandle: "somebody else" }],
    ["that names no account", { userHandle: null }],
    ["of a passkey that is not known", { id: "abcd" }],
  ] as [string, Deviation][])("refuses an answer %s", async (_what, change) => {
    const { user, add, use } = await newPerson();
    await add();
    await use();
    await expect(use(change)).rejects.toBeInstanceOf(Unauthenticated);
    expect(await sessionsOf(user.id)).toBe(2);
  });

  it.each(["", null])("refuses an answer whose user handle is %j: nobody has said who they are", async (handle) => {
    const { user, add, authenticator } = await newPerson();
    await add();
    const { challenge } = await signInOptions(origin, somebody());
    const answer = withHandle(authenticator.sign(challenge, user.id), handle);
    await expect(signInWithPasskey(answer, origin, cookie, somebody())).rejects.toBeInstanceOf(Unauthenticated);
  });

  it("refuses a signature by another key", async () => {
    const { user, add, authenticator } = await newPerson();
    await add();
    const { challenge } = await signInOptions(origin, somebody());
    const forged = newAuthenticator(origin).sign(challenge, user.id, { id: authenticator.id, counter: 9 });
    await expect(signInWithPasskey(forged, origin, cookie, somebody())).rejects.toBeInstanceOf(Unauthenticated);
  });

  it("takes an answer once, also of five uses at once", async () => {
    const { user, add, authenticator } = await newPerson();
    await add();
    const { challenge } = await signInOptions(origin, somebody());
    const answer = authenticator.sign(challenge, user.id);
    const uses = await Promise.allSettled(
      Array.from({ length: 5 }, () => signInWithPasskey(answer, origin, cookie, somebody())),
    );
    expect(uses.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await sessionsOf(user.id)).toBe(2);
  });

  it("is refused when the account is disabled, and when the passkey was removed", async () => {
    const { user, actor, add, use, authenticator } = await newPerson();
    await add();
    await db().user.update({ where: { id: user.id }, data: { isActive: false } });
    await expect(use()).rejects.toBeInstanceOf(Forbidden);
    await db().user.update({ where: { id: user.id }, data: { isActive: true } });
    await use();
    await removePasskey(actor, authenticator.id, somebody());
    await expect(use()).rejects.toBeInstanceOf(Unauthenticated);
  });

  it("asks at most 60 times in 15 minutes from one address", async () => {
    const client = somebody();
    for (let time = 0; time < 60; time++) await signInOptions(origin, client);
    await expect(signInOptions(origin, client)).rejects.toBeInstanceOf(RateLimited);
    await expect(signInOptions(origin, somebody())).resolves.toMatchObject({ userVerification: "required" });
  });
});

describe("a passkey as the second step", () => {
  async function begun() {
    const person = await newPerson();
    await withTotp(person.user);
    await person.add();
    return {
      ...person,
      step: await beginSecondStep(await standingOf(person.user), { remembered: true }, () => new Error("wrong")),
    };
  }

  it("is asked of the account alone, and opens the session that was begun, once", async () => {
    const { user, authenticator, step } = await begun();
    const { challenge, allowCredentials } = await secondStepOptions(step, origin, somebody());
    expect(allowCredentials?.map(({ id }) => id)).toEqual([authenticator.id]);
    const answer = authenticator.sign(challenge, user.id, { userHandle: null });
    const session = await finishSecondStepWithPasskey(step, answer, origin, somebody());
    expect([session.user.id, session.remembered]).toEqual([user.id, true]);
    await expect(secondStepOptions(step, origin, somebody())).rejects.toBeInstanceOf(Unauthenticated);
  });

  it.each(["", null])("takes a user handle of %j for none, as some browsers say it", async (handle) => {
    const { user, authenticator, step } = await begun();
    const { challenge } = await secondStepOptions(step, origin, somebody());
    const answer = withHandle(authenticator.sign(challenge, user.id), handle);
    const session = await finishSecondStepWithPasskey(step, answer, origin, somebody());
    expect(session.user.id).toBe(user.id);
  });

  it("of another account is refused", async () => {
    const [one, other] = [await begun(), await begun()];
    const { challenge } = await secondStepOptions(one.step, origin, somebody());
    const answer = other.authenticator.sign(challenge, other.user.id);
    const attempt = finishSecondStepWithPasskey(one.step, answer, origin, somebody());
    await expect(attempt).rejects.toBeInstanceOf(Unauthenticated);
    expect(await eventsOf(one.user.id)).toContain("second_factor_failed");
    expect(await sessionsOf(one.user.id)).toBe(1);
  });

  it("does not answer the question of the sign-in page, nor the other way round", async () => {
    const { user, authenticator, step } = await begun();
    const second = await secondStepOptions(step, origin, somebody());
    const first = await signInOptions(origin, somebody());
    const signIn = signInWithPasskey(authenticator.sign(second.challenge, user.id), origin, cookie, somebody());
    await expect(signIn).rejects.toBeInstanceOf(Unauthenticated);
    const finish = finishSecondStepWithPasskey(step, authenticator.sign(first.challenge, user.id), origin, somebody());
    await expect(finish).rejects.toBeInstanceOf(Unauthenticated);
  });
});

describe("another account's passkey", () => {
  it("can be neither seen, renamed nor removed", async () => {
    const [owner, stranger] = [await newPerson(), await newPerson()];
    await owner.add();
    const { id } = owner.authenticator;
    const attempts = await Promise.allSettled([
      getPasskey(stranger.actor, id),
      renamePasskey(stranger.actor, id, "Mine", somebody()),
      removePasskey(stranger.actor, id, somebody()),
      getPasskey(stranger.actor, "\u0000"),
      renamePasskey(stranger.actor, "\u0000", "Mine", somebody()),
    ]);
    for (const attempt of attempts) expect(attempt).toMatchObject({ reason: { constructor: NotFound } });
    expect((await listPasskeys(owner.actor)).map(({ name }) => name)).toEqual(["Phone"]);
    expect(await eventsOf(stranger.user.id)).toEqual([]);
  });

  it("the owner renames it, and removes it even when it is the last", async () => {
    const { actor, user, add, authenticator } = await newPerson();
    await add();
    await renamePasskey(actor, authenticator.id, "Laptop", somebody());
    expect((await getPasskey(actor, authenticator.id)).name).toBe("Laptop");
    await removePasskey(actor, authenticator.id, somebody());
    expect(await listPasskeys(actor)).toEqual([]);
    expect(await eventsOf(user.id)).toEqual(["passkey_added", "passkey_removed", "passkey_renamed"]);
  });
});
