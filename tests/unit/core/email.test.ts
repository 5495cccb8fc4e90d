import { describe, expect, it } from "vitest";
import { forgotPasswordForm, signUpBody } from "~/identity/domain/account/account-schema";
import { emailInWords, isEmail, normalizeEmail } from "~/core/email";

describe("the one form of an address", () => {
  it.each([
    [" Ada@EXAMPLE.com\n", "ada@example.com"],
    ["x@müller.example", "x@xn--mller-kva.example"],
    ["X@MÜLLER.Example", "x@xn--mller-kva.example"],
    ["x@mu\u0308ller.example", "x@xn--mller-kva.example"],
    ["x@xn--mller-kva.example", "x@xn--mller-kva.example"],
    ["x@XN--MLLER-KVA.EXAMPLE", "x@xn--mller-kva.example"],
    ["x@ｍüller。example", "x@xn--mller-kva.example"],
    ["JO\u0308@müller.example", "j\u00f6@xn--mller-kva.example"],
    ["x@straße.example", "x@xn--strae-oqa.example"],
    ["x@почта.рф", "x@xn--80a1acny.xn--p1ai"],
    ["x@例え.テスト", "x@xn--r8jz45g.xn--zckzah"],
    ["x@مثال.إختبار", "x@xn--mgbh0fb.xn--kgbechtv"],
    ["x@sub.müller.example", "x@sub.xn--mller-kva.example"],
  ])("%j is %s", (written, stored) => {
    expect(normalizeEmail(written)).toBe(stored);
    expect(normalizeEmail(stored)).toBe(stored);
    expect(isEmail(stored)).toBe(true);
    expect(forgotPasswordForm.parse({ email: written }).email).toBe(stored);
  });

  it.each(["", "ada", "@", "a@b@c", "x@1.2.3", "x@[127.0.0.1]", "x@-.example", "jo@xn--\u0000"])(
    "what is no address of this kind is left as it is: %j",
    (text) => expect(normalizeEmail(text)).toBe(text),
  );

  it.each([
    "x@evil.example/é.example",
    "x@evil.example#é",
    "x@evil.example?é",
    "x@evil.example:80é",
    "x@evil.example\\é",
    "x@evil.example%2fé",
    "x@１.２.３.４",
    "x@xn--a",
    "x@xn--mller-kvb9.example\u00ad",
    "x@xn--.example",
    "x@a.xn--",
    "x@xn--zz--.example",
    "x@xn--mller-kvb9.example",
    "x@müller",
    "x@mül ler.example",
    "x@mül\u200bler.example",
    "x@example.xn--p1a-i-",
  ])("is refused: %j", (email) => expect(signUpBody.safeParse({ email, password: "long enough" }).success).toBe(false));

  it("has at most 255 characters in this form", () => {
    const of = (labels: number) => `x@${"ü".repeat(20)}.${"müller.".repeat(labels)}example`;
    const accepts = (email: string) => forgotPasswordForm.safeParse({ email }).success;
    const most =
      Array.from({ length: 60 }, (_, labels) => labels)
        .filter((labels) => accepts(of(labels)))
        .at(-1) ?? 0;
    expect(normalizeEmail(of(most)).length).toBeLessThanOrEqual(255);
    expect([...of(most + 1)].length).toBeLessThan(255);
    expect(normalizeEmail(of(most + 1)).length).toBeGreaterThan(253);
  });
});

describe("an address in words", () => {
  it.each([
    ["ada@example.com", "ada@example.com"],
    ["x@xn--mller-kva.example", "x@müller.example"],
    ["x@xn--80a1acny.xn--p1ai", "x@почта.рф"],
    ["x@xn--r8jz45g.xn--zckzah", "x@例え.テスト"],
    ["x@xn--mgbh0fb.xn--kgbechtv", "x@مثال.إختبار"],
    ["x@shop24.xn--mller-kva.example", "x@shop24.müller.example"],
  ])("%s is %s", (stored, shown) => expect(emailInWords(stored)).toBe(shown));

  it.each([
    ["Latin and Cyrillic in one label", "x@pаypal.example"],
    ["Cyrillic that looks Latin", "x@аррӏе.com"],
    ["Latin and Greek", "x@gοοgle.example"],
  ])("%s stays in ASCII", (_what, deceiving) => {
    const stored = normalizeEmail(deceiving);
    expect(stored).toMatch(/^x@(xn--|.*\.xn--)/);
    expect(emailInWords(stored)).toBe(stored);
  });

  it("of a broken domain stays what it is", () => expect(emailInWords("x@xn--a.example")).toBe("x@xn--a.example"));
});
