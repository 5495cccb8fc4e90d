import { EncryptJWT, SignJWT } from "jose";
import { randomBytes } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { keyring } from "~/core/keyring.server";
import {
  clearSessionCookie,
  openSessionCookie,
  sealSessionCookie,
  sessionCookieName,
} from "~/identity/edge/session-cookie.server";
import { withSettings } from "../../../support/settings";

process.env.SESSION_SECRET = "the session secret of this test";
process.env.JWT_SECRET_KEY = "a token key for tests, which is of no use elsewhere";

const identifier = randomBytes(32).toString("base64url");
const soon = () => new Date(Date.now() + 60_000);
const options = { expiresAt: soon(), remembered: false, secure: false };

/** What stands in the cookie. */
const valueOf = (setCookie: string) => /=([^;]*)/.exec(setCookie)?.[1] ?? "";
const open = (value: string) => openSessionCookie(`holdfast_session=${value}`, false);
const seal = async () => valueOf(await sealSessionCookie(identifier, options));

describe("attributes", () => {
  it.each([
    [false, "holdfast_session", ""],
    [true, "__Host-holdfast_session", "; Secure"],
  ])("with https %s: %s", async (secure, name, flag) => {
    expect(sessionCookieName(secure)).toBe(name);
    const cookie = await sealSessionCookie(identifier, { ...options, secure });
    expect(cookie.replace(/=[\w.-]+/, "=…")).toBe(`${name}=…; Path=/; HttpOnly${flag}; SameSite=Lax`);
    expect(clearSessionCookie(secure)).toBe(`${name}=; Max-Age=0; Path=/; HttpOnly${flag}; SameSite=Lax`);
  });

  it("Expires is there only for a session that outlives the browser", async () => {
    const expiresAt = new Date("2030-01-02T03:04:05Z");
    const cookie = await sealSessionCookie(identifier, { ...options, remembered: true, expiresAt });
    expect(cookie).toContain("Expires=Wed, 02 Jan 2030 03:04:05 GMT");
    expect(await sealSessionCookie(identifier, options)).not.toMatch(/Expires|Max-Age/);
  });
});

describe("content", () => {
  it("is what was sealed, among other cookies too", async () => {
    const value = await seal();
    expect(await open(value)).toBe(identifier);
    expect(await openSessionCookie(`a=b; holdfast_session=${value}; c=d`, false)).toBe(identifier);
  });

  it("cannot be read: neither the identifier nor its bytes are visible, and two seals differ", async () => {
    const [one, other] = [await seal(), await seal()];
    expect(one).not.toBe(other);
    const [header = "", ...rest] = one.split(".");
    expect(JSON.parse(Buffer.from(header, "base64url").toString())).toEqual({
      alg: "dir",
      enc: "A256GCM",
      kid: expect.stringMatching(/^[\w-]{12}$/) as string,
    });
    const bytes = Buffer.from(identifier, "base64url");
    for (const part of [header, ...rest]) {
      const decoded = Buffer.from(part, "base64url");
      expect(decoded.includes(bytes) || decoded.includes(identifier)).toBe(false);
    }
    expect(one).not.toContain(identifier);
  });
});

describe("anything else is nobody's, and never an error", () => {
  it("no cookie at all, or one of another name", async () => {
    for (const header of [null, "", "a=b", "holdfast_session", "holdfast_session="])
      expect(await openSessionCookie(header, false)).toBeNull();
    const value = await seal();
    expect(await openSessionCookie(`__Host-holdfast_session=${value}`, false)).toBeNull();
    expect(await openSessionCookie(`holdfast_session=${value}`, true)).toBeNull();
  });

  it.each([0, 2, 3, 4])("changed in segment %d", async (segment) => {
    const parts = (await seal()).split(".");
    const part = parts[segment] ?? "";
    expect(part.length).toBeGreaterThan(4);
    for (const at of [0, Math.floor(part.length / 2)]) {
      const changed = part.slice(0, at) + (part[at] === "A" ? "B" : "A") + part.slice(at + 1);
      expect(await open(parts.with(segment, changed).join("."))).toBeNull();
    }
    expect(await open(parts.with(segment, "").join("."))).toBeNull();
  });

  it("cut off anywhere, or longer", async () => {
    const value = await seal();
    for (let length = 0; length < value.length; length += 7) expect(await open(value.slice(0, length))).toBeNull();
    for (const more of ["A", ".", ".A", "%00"]) expect(await open(value + more)).toBeNull();
  });

  it("expired", async () => {
    const past = await sealSessionCookie(identifier, { ...options, expiresAt: new Date(Date.now() - 1000) });
    expect(await open(valueOf(past))).toBeNull();
  });

  it("expired since it was opened last", async () => {
    const value = valueOf(await sealSessionCookie(identifier, { ...options, expiresAt: soon() }));
    expect(await open(value)).toBe(identifier);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
    try {
      expect(await open(value)).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });

  const make = (
    payload: Record<string, unknown>,
    header: Record<string, string> = {},
    key = keyring().cookieKeys[0].key,
  ) => {
    const { id: kid } = keyring().cookieKeys[0];
    const token = new EncryptJWT(payload).setProtectedHeader({ alg: "dir", enc: "A256GCM", kid, ...header });
    return token.encrypt(key);
  };
  const exp = () => Math.floor(soon().getTime() / 1000);

  it("is made by hand as the program makes it, so that the next tests fail for their own reason", async () => {
    expect(await open(await make({ session: identifier, exp: exp() }))).toBe(identifier);
  });

  it("of an unknown key, of an unknown key id, or without one", async () => {
    expect(await open(await make({ session: identifier, exp: exp() }, {}, randomBytes(32)))).toBeNull();
    expect(await open(await make({ session: identifier, exp: exp() }, { kid: "unknown" }))).toBeNull();
    const bare = new EncryptJWT({ session: identifier, exp: exp() }).setProtectedHeader({ alg: "dir", enc: "A256GCM" });
    expect(await open(await bare.encrypt(keyring().cookieKeys[0].key))).toBeNull();
  });

  it("of another algorithm or cipher", async () => {
    const payload = { session: identifier, exp: exp() };
    const { key } = keyring().cookieKeys[0];
    expect(await open(await make(payload, { alg: "A256KW" }, key))).toBeNull();
    expect(await open(await make(payload, { alg: "A256GCMKW" }, key))).toBeNull();
    expect(await open(await make(payload, { enc: "A128CBC-HS256" }, key))).toBeNull();
    const signed = new SignJWT(payload).setProtectedHeader({ alg: "HS256" });
    expect(await open(await signed.sign(key))).toBeNull();
  });

  it("without an expiry, without an identifier, or with one that is no text", async () => {
    expect(await open(await make({ session: identifier }))).toBeNull();
    for (const session of [undefined, null, 5, {}, [identifier]])
      expect(await open(await make({ session, exp: exp() }))).toBeNull();
  });

  it.each([
    "x",
    "....",
    "a.b.c.d.e",
    "%%%",
    "%7B%22session%22%3A%22x%22%7D",
    "eyJhbGciOiJkaXIifQ....",
    "☃",
    "a".repeat(9_000),
  ])("garbage: %.30s", async (garbage) => expect(await open(garbage)).toBeNull());
});

describe("rotation of SESSION_SECRET", () => {
  it("the first secret encrypts, every one decrypts, a removed one no longer does", async () => {
    const sealWith = (secrets: string) =>
      withSettings({ SESSION_SECRET: secrets }, async () => {
        const { sealSessionCookie } = await import("~/identity/edge/session-cookie.server");
        return sealSessionCookie(identifier, options);
      });
    const openWith = (secrets: string, setCookie: string) =>
      withSettings({ SESSION_SECRET: secrets }, async () => {
        const { openSessionCookie } = await import("~/identity/edge/session-cookie.server");
        return openSessionCookie(setCookie.split(";")[0] ?? "", false);
      });
    const [old, fresh] = ["the old secret: long enough", "the fresh secret: long enough"];
    const before = await sealWith(old);
    const during = await sealWith(`${fresh},${old}`);
    expect(await openWith(`${fresh},${old}`, before)).toBe(identifier);
    expect(await openWith(fresh, during)).toBe(identifier);
    expect(await openWith(old, during)).toBeNull();
    expect(await openWith(fresh, before)).toBeNull();
  });

  it("a key id tells nothing of its secret, and each secret has its own", () =>
    withSettings({ SESSION_SECRET: "the first secret here,the second secret here" }, async () => {
      const { keyring } = await import("~/core/keyring.server");
      const [one, other] = keyring().cookieKeys;
      expect(one.id).not.toBe(other?.id);
      expect(Buffer.from(one.key).toString("base64url")).not.toContain(one.id);
      expect(one.key).toHaveLength(32);
      expect(Buffer.from(one.key).toString("utf8")).not.toContain("secret");
    }));
});
