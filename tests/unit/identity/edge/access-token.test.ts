import { CompactSign, SignJWT, UnsecuredJWT } from "jose";
import { createHmac, generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { signAccessToken, verifyAccessToken } from "~/identity/edge/access-token.server";
import { sealSessionCookie } from "~/identity/edge/session-cookie.server";
import { Unauthenticated } from "~/core/errors";
import { anApiSession } from "../../../support/actors";
import { withSettings } from "../../../support/settings";

const secret = "ein Schlüssel für Tests, sonst zu nichts 🔑";
process.env.SESSION_SECRET = "the session secret of this test";
process.env.JWT_SECRET_KEY = secret;

const actor = anApiSession();
const user = { id: actor.userId, email: "ada@example.com", name: "Ada", isActive: true, createdAt: new Date() };
const key = Buffer.from(secret, "utf8");
const now = () => Math.floor(Date.now() / 1000);

const decode = (part = "") => JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Another implementation of JWT with HS256 (RFC 7515, appendix A.1), as another back end may have it. */
function verifyElsewhere(token: string): Record<string, unknown> {
  const [header = "", payload = "", signature] = token.split(".");
  const expected = createHmac("sha256", key).update(`${header}.${payload}`).digest("base64url");
  expect(decode(header).alg).toBe("HS256");
  expect(signature).toBe(expected);
  return decode(payload);
}

function signElsewhere(
  payload: unknown,
  header: Record<string, unknown> = {},
  hmac = "sha256",
  with_: Buffer = key,
): string {
  const signed = `${encode({ alg: "HS256", typ: "JWT", ...header })}.${encode(payload)}`;
  return `${signed}.${createHmac(hmac, with_).update(signed).digest("base64url")}`;
}

const claims = () => ({
  iss: "holdfast",
  sub: actor.userId,
  sid: actor.sessionId,
  jti: randomUUID(),
  iat: now(),
  exp: now() + 60,
});

describe("a signed token", () => {
  it("is one that any JWT library verifies with the raw bytes of the secret, with exactly the agreed claims", async () => {
    const payload = verifyElsewhere(await signAccessToken(actor, user));
    expect(payload).toEqual({
      iss: "holdfast",
      sub: actor.userId,
      sid: actor.sessionId,
      jti: expect.stringMatching(/^[\da-f-]{36}$/) as string,
      iat: expect.any(Number) as number,
      exp: Number(payload.iat) + 900,
    });
    expect(Math.abs(Number(payload.iat) - now())).toBeLessThan(5);
  });

  it("has an id of its own every time", async () => {
    const ids = [await signAccessToken(actor, user), await signAccessToken(actor, user)].map(
      (token) => verifyElsewhere(token).jti,
    );
    expect(new Set(ids).size).toBe(2);
  });

  it.each<[Record<string, string>, Record<string, unknown>]>([
    [{ JWT_AUDIENCE: "calendar" }, { aud: "calendar" }],
    [{ JWT_ISSUER: "somebody" }, { iss: "somebody" }],
    [{ PUBLIC_URL: "https://tasks.example.com" }, { iss: "https://tasks.example.com" }],
    [{ JWT_CLAIMS: "email" }, { email: "ada@example.com" }],
    [{ JWT_CLAIMS: "email,name" }, { email: "ada@example.com", name: "Ada" }],
  ])("with %j has %j besides", (settings, extra) =>
    withSettings(settings, async () => {
      const { signAccessToken, verifyAccessToken } = await import("~/identity/edge/access-token.server");
      const token = await signAccessToken(actor, user);
      const { jti, iat, exp, ...rest } = verifyElsewhere(token);
      expect([typeof jti, Number(exp) - Number(iat)]).toEqual(["string", 900]);
      expect(rest).toEqual({ iss: "holdfast", sub: actor.userId, sid: actor.sessionId, ...extra });
      expect(await verifyAccessToken(token)).toEqual({ userId: actor.userId, sessionId: actor.sessionId });
    }),
  );

  it("lives for ACCESS_TOKEN_EXPIRE_MINUTES", () =>
    withSettings({ ACCESS_TOKEN_EXPIRE_MINUTES: "3" }, async () => {
      const { signAccessToken } = await import("~/identity/edge/access-token.server");
      const { iat, exp } = verifyElsewhere(await signAccessToken(actor, user));
      expect(Number(exp) - Number(iat)).toBe(180);
    }));
});

describe("verification", () => {
  const good = { userId: actor.userId, sessionId: actor.sessionId };
  const refused = (token: string) => expect(verifyAccessToken(token)).rejects.toBeInstanceOf(Unauthenticated);

  it("takes a good token, made here or elsewhere, so that the next tests fail for their own reason", async () => {
    expect(await verifyAccessToken(await signAccessToken(actor, user))).toEqual(good);
    expect(await verifyAccessToken(signElsewhere(claims()))).toEqual(good);
  });

  it("refuses the algorithm none, with and without a signature", async () => {
    const none = new UnsecuredJWT(claims()).encode();
    await refused(none);
    await refused(none.slice(0, -1));
    for (const alg of ["none", "None", "NONE", "nOnE", ""]) {
      await refused(`${encode({ alg })}.${encode(claims())}.`);
      await refused(signElsewhere(claims(), { alg }));
    }
  });

  it("refuses every other algorithm, with the same key too", async () => {
    await refused(signElsewhere(claims(), { alg: "HS512" }, "sha512"));
    await refused(signElsewhere(claims(), { alg: "HS384" }, "sha384"));
    await refused(signElsewhere(claims(), { alg: "HS512" }, "sha256"));
    await refused(signElsewhere(claims(), { alg: "HS256" }, "sha512"));
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
    await refused(await new SignJWT(claims()).setProtectedHeader({ alg: "RS256" }).sign(rsa.privateKey));
    const pem = Buffer.from(rsa.publicKey.export({ type: "spki", format: "pem" }) as string);
    await refused(signElsewhere(claims(), { alg: "RS256" }, "sha256", pem));
    await refused(signElsewhere(claims(), {}, "sha256", pem));
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
    await refused(await new SignJWT(claims()).setProtectedHeader({ alg: "ES256" }).sign(ec.privateKey));
  });

  it("refuses another key, an empty one, and the key's other spellings", async () => {
    for (const other of [
      randomBytes(32),
      Buffer.from(" "),
      Buffer.from(secret, "latin1"),
      Buffer.from(key.toString("base64")),
    ])
      await refused(signElsewhere(claims(), {}, "sha256", other));
  });

  it("refuses a signature that is changed, cut off or missing, and a payload that is changed", async () => {
    const token = signElsewhere(claims());
    const [header = "", payload = "", signature = ""] = token.split(".");
    const otherUser = encode({ ...claims(), sub: randomUUID() });
    for (const changed of [
      `${header}.${otherUser}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -2)}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}.${payload}.${signature}.`,
      `${encode({ typ: "JWT", alg: "HS256" })}.${payload}.${signature}`,
    ])
      await refused(changed);
  });

  it.each(["iss", "sub", "sid", "jti", "iat", "exp"])("refuses a token without %s", async (claim) => {
    await refused(signElsewhere({ ...claims(), [claim]: undefined }));
  });

  it.each<[string, () => Record<string, unknown>]>([
    ["another issuer", () => ({ iss: "evil" })],
    ["an issuer that is a list", () => ({ iss: ["holdfast"] })],
    ["an expiry in the past", () => ({ exp: now() - 1 })],
    ["an expiry at this second", () => ({ exp: now() })],
    ["an expiry that is text", () => ({ exp: "2100-01-01" })],
    ["a time before which it is not good", () => ({ nbf: now() + 60 })],
    ["a subject that is a number", () => ({ sub: 1 })],
    ["a subject that is null", () => ({ sub: null })],
    ["a subject that is a list", () => ({ sub: [actor.userId] })],
    ["a session that is a number", () => ({ sid: 1 })],
  ])("refuses %s", async (_name, change) => {
    await refused(signElsewhere({ ...claims(), ...change() }));
  });

  it.each(["jku", "jwk", "x5u", "x5c"])("refuses a header with %s, although the signature is good", async (field) => {
    const value = {
      jku: "https://evil.example/jwks.json",
      jwk: { kty: "oct", k: "AA" },
      x5u: "https://evil.example",
      x5c: ["AA"],
    };
    await refused(signElsewhere(claims(), { [field]: value[field as keyof typeof value] }));
    await refused(signElsewhere(claims(), { [field]: null }));
  });

  it("refuses critical extensions that it does not know", async () => {
    await refused(signElsewhere(claims(), { crit: ["exp"], exp: now() + 60 }));
    await refused(signElsewhere(claims(), { b64: false, crit: ["b64"] }));
  });

  it("refuses payloads that are no claims", async () => {
    for (const payload of ["text", "[]", "null", "5"])
      await refused(await new CompactSign(Buffer.from(payload)).setProtectedHeader({ alg: "HS256" }).sign(key));
  });

  it("refuses what is another kind of secret here: a session cookie, an identifier, a refresh token", async () => {
    const options = { expiresAt: new Date(Date.now() + 60_000), remembered: false, secure: false };
    const cookie = await sealSessionCookie(randomBytes(32).toString("base64url"), options);
    await refused(/=([^;]*)/.exec(cookie)?.[1] ?? "");
    await refused(randomBytes(32).toString("base64url"));
  });

  it("refuses a token that it took a moment ago, once it has expired", async () => {
    const token = await signAccessToken(actor, user);
    expect(await verifyAccessToken(token)).toEqual(good);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 899_000 });
    try {
      expect(await verifyAccessToken(token)).toEqual(good);
      vi.setSystemTime(Date.now() + 2_000);
      await refused(token);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each(["", ".", "..", "a.b.c", "☃", "null", "Bearer x"])("refuses garbage: %j", (garbage) => refused(garbage));

  it("with JWT_AUDIENCE set wants it, alone or among others", () =>
    withSettings({ JWT_AUDIENCE: "calendar" }, async () => {
      const { verifyAccessToken } = await import("~/identity/edge/access-token.server");
      for (const aud of ["calendar", ["mail", "calendar"]])
        expect(await verifyAccessToken(signElsewhere({ ...claims(), aud }))).toEqual(good);
      for (const aud of [undefined, "", "mail", "Calendar", ["mail"], [], null, 5])
        await expect(verifyAccessToken(signElsewhere({ ...claims(), aud }))).rejects.toMatchObject({
          name: "Unauthenticated",
        });
    }));

  it("with another JWT_SECRET_KEY refuses the tokens of before", async () => {
    const token = await signAccessToken(actor, user);
    await withSettings({ JWT_SECRET_KEY: "another key for tests, of no use elsewhere" }, async () => {
      const { verifyAccessToken } = await import("~/identity/edge/access-token.server");
      await expect(verifyAccessToken(token)).rejects.toMatchObject({ name: "Unauthenticated" });
    });
  });
});
