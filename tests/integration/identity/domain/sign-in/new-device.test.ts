import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { db } from "~/core/data/db.server";
import { signUpBody } from "~/identity/domain/account/account-schema";
import { changePassword } from "~/identity/domain/recovery/change-password.server";
import { signIn } from "~/identity/domain/sign-in/sign-in.server";
import { signUp } from "~/identity/domain/sign-up/sign-up.server";
import { Unauthenticated } from "~/core/errors";
import { readSecurityLog } from "~/identity/domain/security-log/security-log.server";
import { newUser, openSession, password } from "../../../../support/people";

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const newerFirefox = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0";
const iphone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";

const cookie = { via: "cookie", remembered: false } as const;
const bearer = { via: "bearer" } as const;
const home = "2001:db8:1:2::7";
const from = (userAgent: string, address = home) => ({ userAgent, address });

/** An account that was made with Firefox at home. */
const signedUp = async () => {
  const input = signUpBody.parse({ email: `${randomUUID()}@example.com`, password });
  return (await signUp(input, cookie, { userAgent: firefox, address: home })).user;
};

const signInFrom = (email: string, place: ReturnType<typeof from>, kind: typeof cookie | typeof bearer = cookie) =>
  signIn({ email, password }, kind, place);

/** What the log says of the last sign-in. */
async function lastSignIn(userId: string) {
  const { entries } = await readSecurityLog({ userId });
  return entries.find(({ kind }) => kind === "sign_in")?.event;
}

const mails = (userId: string, kind = "new-device") => db().outboxMessage.findMany({ where: { userId, kind } });

describe("a sign-in", () => {
  it.each([
    ["from the device of the sign-up", from(firefox)],
    ["from a newer version of the browser", from(newerFirefox)],
    ["from another address of the same network", from(firefox, "2001:db8:1:2:ffff::1")],
  ])("%s is nothing new", async (_which, place) => {
    const user = await signedUp();
    await signInFrom(user.email, place);
    expect(await lastSignIn(user.id)).toBe("Signed in");
    expect(await mails(user.id)).toEqual([]);
  });

  it("from a device that the account has not seen is told in the log and by mail, once", async () => {
    const user = await signedUp();
    const session = await signInFrom(user.email, from(iphone, "203.0.113.9"));
    expect(await lastSignIn(user.id)).toBe("Signed in from a new device");
    const [mail, ...more] = await mails(user.id);
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ recipient: user.email });
    expect(JSON.parse(mail?.detail ?? "")).toEqual({
      device: "Safari on iPhone",
      address: "203.0.113.9",
      at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    });
    expect(mail?.detail).not.toContain(session.secret);
    await signInFrom(user.email, from(iphone, "203.0.113.9"));
    expect(await lastSignIn(user.id)).toBe("Signed in");
    expect(await mails(user.id)).toHaveLength(1);
  });

  it("of a program on the API counts as well", async () => {
    const user = await signedUp();
    await signInFrom(user.email, from("curl/8.5.0"), bearer);
    expect(await lastSignIn(user.id)).toBe("Signed in from a new device");
    await signInFrom(user.email, from("curl/8.6.0"), bearer);
    expect(await mails(user.id)).toHaveLength(1);
  });

  it("from a known device in another network is told in the log alone", async () => {
    const user = await signedUp();
    await signInFrom(user.email, from(firefox, "203.0.113.9"));
    expect(await lastSignIn(user.id)).toBe("Signed in from a new address");
    expect(await mails(user.id)).toEqual([]);
  });

  it("that is the first one ever is nothing new: there is nothing to compare it with", async () => {
    const user = await newUser();
    await signInFrom(user.email, from(iphone));
    expect(await lastSignIn(user.id)).toBe("Signed in");
    expect(await mails(user.id)).toEqual([]);
  });

  it("that fails makes no device known, and tells the owner nothing by mail", async () => {
    const user = await signedUp();
    const wrong = signIn({ email: user.email, password: "not the password" }, cookie, from(iphone));
    await expect(wrong).rejects.toBeInstanceOf(Unauthenticated);
    expect(await mails(user.id)).toEqual([]);
    await signInFrom(user.email, from(iphone));
    expect(await lastSignIn(user.id)).toBe("Signed in from a new device");
  });

  it("is compared with the account's own past alone", async () => {
    const [user, other] = [await signedUp(), await signedUp()];
    await signInFrom(other.email, from(iphone));
    await signInFrom(user.email, from(iphone));
    expect(await lastSignIn(user.id)).toBe("Signed in from a new device");
  });
});

it("a change of the password is told by mail", async () => {
  const user = await newUser();
  const { actor } = await openSession(user);
  const change = { currentPassword: "not the password", newPassword: "a new one, quite long" };
  await expect(changePassword(actor, change, from(iphone))).rejects.toThrow();
  expect(await mails(user.id, "password-changed")).toEqual([]);
  await changePassword(actor, { ...change, currentPassword: password }, from(iphone));
  const told = await mails(user.id, "password-changed");
  expect(told).toMatchObject([{ recipient: user.email }]);
  expect(JSON.parse(told[0]?.detail ?? "")).toMatchObject({ device: "Safari on iPhone", address: home });
});
