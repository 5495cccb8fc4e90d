import { Secret } from "otpauth";
import { describe, expect, it } from "vitest";
import { readAnswer } from "~/identity/domain/factors/factor-schema";
import { compactCode, readBackupCode, readTotpCode } from "~/identity/domain/account/factor-codes";
import { enrolmentUri, matchingStep, newTotpSecret } from "~/identity/domain/factors/totp";

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

/** What keyboards, mails, documents and password managers put around and between the signs of a code. */
const beside: [string, string][] = [
  ["a no-break space", "\u00a0"],
  ["a narrow no-break space", "\u202f"],
  ["an ideographic space", "\u3000"],
  ["a tab and a line's end", "\t\r\n"],
  ["a zero-width space", "\u200b"],
  ["a zero-width joiner", "\u200d"],
  ["a word joiner", "\u2060"],
  ["a byte order mark", "\ufeff"],
  ["a soft hyphen", "\u00ad"],
  ["marks of direction", "\u202a\u2066\u200f\u061c"],
  ["a variation selector", "\ufe0f"],
  ["a Hangul filler", "\u3164"],
  ["a braille blank", "\u2800"],
  ["an invisible tag", "\u{e0020}"],
  ...[..."-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\u02d7\ufe63\uff0d\ufe58\u058a\u30fc\uff70"].map(
    (dash): [string, string] => [`the dash U+${dash.charCodeAt(0).toString(16)}`, dash],
  ),
];

const fullWidth = (text: string) => text.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));

describe("a code is read without what comes along with it", () => {
  it.each(beside)("%s", (_what, stray) => {
    expect(readTotpCode(`${stray}287${stray}082${stray}`)).toBe("287082");
    expect(readBackupCode(`${stray}abcde${stray}fghij${stray}`)).toBe("abcdefghij");
    expect(readAnswer(`287${stray}082`)).toHaveProperty("totpCode");
    expect(compactCode(stray)).toBe("");
  });

  it("and in its plain form", () => {
    expect(readTotpCode(fullWidth("287-082"))).toBe("287082");
    expect(readTotpCode("\u{1d7d0}\u{1d7d6}\u{1d7d5}\u{1d7ce}\u{1d7d6}\u{1d7d0}")).toBe("287082");
    expect(readBackupCode(fullWidth("ABCDE-23456"))).toBe("abcde23456");
  });

  it.each(["28a082", "2870821", "28708", "287.082", "287082\u0007", "²87082x", "1".repeat(65)])("%j is none", (code) =>
    expect(readTotpCode(code)).toBeNull(),
  );
});
