import { calculateJwkThumbprint, createLocalJWKSet, decodeProtectedHeader, jwtVerify, SignJWT, type JWK } from "jose";
import { generateKeyPairSync, randomUUID, type KeyObject } from "node:crypto";
import { describe, expect, it } from "vitest";
import { anApiSession } from "../../../support/actors";
import { withSettings } from "../../../support/settings";

process.env.SESSION_SECRET = "the session secret of this test";
process.env.JWT_SECRET_KEY = "a shared secret, 32 bytes or more, of this test";

const actor = anApiSession();
const user = { id: actor.userId, email: "ada@example.com", name: "Ada", isActive: true, createdAt: new Date() };

const pem = (key: KeyObject) =>
  key.type === "private"
    ? key.export({ type: "pkcs8", format: "pem" }).toString()
    : key.export({ type: "spki", format: "pem" }).toString();

const pairs = {
  ES256: () => generateKeyPairSync("ec", { namedCurve: "prime256v1" }),
  EdDSA: () => generateKeyPairSync("ed25519"),
};

/** The program's token functions with a JWT_PRIVATE_KEY. */
const withKeys = <Result>(
  value: string,
  run: (
    tokens: typeof import("~/identity/edge/access-token.server") & typeof import("~/identity/edge/signing-keys.server"),
  ) => Promise<Result>,
) =>
  withSettings({ JWT_PRIVATE_KEY: value }, async () =>
    run({
      ...(await import("~/identity/edge/access-token.server")),
      ...(await import("~/identity/edge/signing-keys.server")),
    }),
  );

describe.each(["ES256", "EdDSA"] as const)("tokens signed with %s", (alg) => {
  it("name their key by its thumbprint, and the published set verifies them", async () => {
    const { privateKey } = pairs[alg]();
    await withKeys(pem(privateKey), async ({ signAccessToken, verifyAccessToken, publicKeySet }) => {
      const token = await signAccessToken(actor, user);
      const { keys } = await publicKeySet();
      expect(keys).toHaveLength(1);
      expect(keys[0]).toMatchObject({ alg, use: "sig" });
      expect(keys[0]).not.toHaveProperty("d");
      expect(decodeProtectedHeader(token)).toEqual({
        alg,
        typ: "JWT",
        kid: await calculateJwkThumbprint(keys[0] as JWK),
      });
      const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: keys }), { algorithms: [alg] });
      expect(payload).toMatchObject({ iss: "holdfast", sub: actor.userId, sid: actor.sessionId });
      expect(await verifyAccessToken(token)).toEqual({ userId: actor.userId, sessionId: actor.sessionId });
    });
  });

  it("a key that was replaced still verifies, as a private or a public one, and no longer signs", async () => {
    const old = pairs[alg]();
    const next = pairs.ES256();
    const token = await withKeys(pem(old.privateKey), ({ signAccessToken }) => signAccessToken(actor, user));
    for (const kept of [old.privateKey, old.publicKey])
      await withKeys(pem(next.privateKey) + pem(kept), async ({ signAccessToken, verifyAccessToken, publicKeySet }) => {
        expect(await verifyAccessToken(token)).toEqual({ userId: actor.userId, sessionId: actor.sessionId });
        const { keys } = await publicKeySet();
        expect(keys).toHaveLength(2);
        expect(decodeProtectedHeader(await signAccessToken(actor, user)).kid).toBe(keys[0]?.kid);
        expect(keys[0]?.kid).not.toBe(decodeProtectedHeader(token).kid);
      });
    await withKeys(pem(next.privateKey), ({ verifyAccessToken }) =>
      expect(verifyAccessToken(token)).rejects.toThrow("Invalid or expired token"),
    );
  });
});

describe("what is refused", () => {
  const { privateKey, publicKey } = pairs.ES256();
  const claims = () => ({ sid: actor.sessionId, jti: randomUUID() });
  const sign = (header: { alg: string; kid?: string }, key: KeyObject | Uint8Array) =>
    new SignJWT(claims())
      .setProtectedHeader(header)
      .setIssuer("holdfast")
      .setSubject(actor.userId)
      .setIssuedAt()
      .setExpirationTime("1m")
      .sign(key);

  it("a token of the shared secret, of the public key taken for a secret, and of a stranger's key", async () => {
    await withKeys(pem(privateKey), async ({ verifyAccessToken, publicKeySet }) => {
      const kid = (await publicKeySet()).keys[0]?.kid ?? "";
      expect(await verifyAccessToken(await sign({ alg: "ES256", kid }, privateKey))).toMatchObject({
        userId: actor.userId,
      });
      const secret = new TextEncoder().encode(process.env.JWT_SECRET_KEY);
      const stranger = pairs.ES256().privateKey;
      for (const token of [
        await sign({ alg: "HS256" }, secret),
        await sign({ alg: "HS256", kid }, secret),
        await sign({ alg: "HS256", kid }, new TextEncoder().encode(pem(publicKey))),
        await sign({ alg: "ES256", kid }, stranger),
        await sign({ alg: "ES256" }, privateKey),
        await sign({ alg: "ES256", kid: "another" }, privateKey),
        await sign({ alg: "EdDSA", kid }, pairs.EdDSA().privateKey),
      ])
        await expect(verifyAccessToken(token)).rejects.toThrow("Invalid or expired token");
    });
  });

  it.each([
    ["a public key alone", pem(publicKey)],
    ["no key at all", "secret"],
    ["RSA", pem(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey)],
    ["another curve", pem(generateKeyPairSync("ec", { namedCurve: "secp384r1" }).privateKey)],
    ["a block that is no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"],
    [
      "an earlier key that is RSA",
      pem(privateKey) + pem(generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey),
    ],
  ])("as the setting: %s", (_what, value) =>
    withSettings({ JWT_PRIVATE_KEY: value }, async () => {
      const { config } = await import("~/core/settings/config.server");
      expect(() => config()).toThrow("JWT_PRIVATE_KEY");
    }),
  );
});

it("the setting takes line ends as \\n, and what openssl writes before an EC key", async () => {
  const { privateKey } = pairs.ES256();
  const sec1 = privateKey.export({ type: "sec1", format: "pem" }).toString();
  const value = `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${sec1}`;
  await withKeys(value.replaceAll("\n", "\\n"), async ({ publicKeySet }) => {
    expect((await publicKeySet()).keys).toHaveLength(1);
  });
});

it("without private keys nothing is published", async () => {
  await withKeys("", async ({ publicKeySet }) => {
    expect(await publicKeySet()).toEqual({ keys: [] });
  });
});
