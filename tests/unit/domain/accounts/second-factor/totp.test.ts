import { Secret } from "otpauth";
import { describe, expect, it } from "vitest";
import { readAnswer } from "~/domain/accounts/second-factor/factor-schema";
import { compactCode, enrolmentUri, matchingStep, newTotpSecret } from "~/domain/accounts/second-factor/totp";

/** RFC 6238, appendix B: the secret of its SHA-1 table, "12345678901234567890". */
const secret = Secret.fromLatin1("12345678901234567890").base32;

/** The last six of the eight digits that the appendix lists: the code is the same number modulo a million. */
const vectors: [seconds: number, step: number, code: string][] = [
  [59, 0x1, "287082"],
  [1111111109, 0x23523ec, "081804"],
  [1111111111, 0x23523ed, "050471"],
  [1234567890, 0x273ef07, "005924"],
  [2000000000, 0x3f940aa, "279037"],
  [20000000000, 0x27bc86aa, "353130"],
];

const at = (seconds: number) => new Date(seconds * 1000);

describe("the test vectors of RFC 6238", () => {
  it.each(vectors)("at %d s it is step %d and %s", (seconds, step, code) => {
    expect(matchingStep(secret, code, at(seconds))).toBe(step);
  });

  it.each(vectors)("at %d s the step before and after are known as such", (seconds, step, code) => {
    expect(matchingStep(secret, code, at(seconds + 30))).toBe(step);
    expect(matchingStep(secret, code, at(seconds - 30))).toBe(step);
  });

  it.each(vectors)("at %d s two steps before or after are none", (seconds, _step, code) => {
    expect(matchingStep(secret, code, at(seconds + 60))).toBeNull();
    expect(matchingStep(secret, code, at(seconds - 60))).toBeNull();
  });
});

it.each(["287 082", " 287-082 ", "2 8 7 0 8 2"])("spaces and hyphens do not count: %s", (code) => {
  expect(matchingStep(secret, code, at(59))).toBe(1);
});

it.each(["", "287081", "28708", "2870820", "94287082", "28708a", "٢٨٧٠٨٢", "287082\u0000", "1e5000"])(
  "%j is no code",
  (code) => {
    expect(matchingStep(secret, code, at(59))).toBeNull();
  },
);

it("another secret's code is none", () => {
  expect(matchingStep(newTotpSecret(), "287082", at(59))).toBeNull();
});

it("a new secret has 160 bits and is never the same", () => {
  const secrets = Array.from({ length: 50 }, newTotpSecret);
  expect(new Set(secrets).size).toBe(50);
  for (const one of secrets) expect(Secret.fromBase32(one).bytes).toHaveLength(20);
});

it("the app is told whose account it is", () => {
  const uri = new URL(enrolmentUri(secret, "ada&co@example.com"));
  expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual([
    "otpauth:",
    "totp",
    "/Holdfast:ada&co@example.com",
  ]);
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    issuer: "Holdfast",
    secret,
    algorithm: "SHA1",
    digits: "6",
    period: "30",
  });
});

it("a field that takes either knows which it was given", () => {
  expect(readAnswer("123 456")).toEqual({ totpCode: "123 456" });
  expect(readAnswer("abcde-fghij")).toEqual({ backupCode: "abcde-fghij" });
  expect(readAnswer("12345-67892")).toEqual({ backupCode: "12345-67892" });
  expect(compactCode(" ABCDE-fghij ")).toBe("abcdefghij");
});
