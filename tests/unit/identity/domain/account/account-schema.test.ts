import { describe, expect, it } from "vitest";
import {
  changePasswordForm,
  loginForm,
  profileForm,
  signInBody,
  signInForm,
  signUpBody,
  signUpForm,
} from "~/identity/domain/account/account-schema";

const good = { email: "ada@example.com", password: "long enough" };

/** The names of the faulty fields. */
const faults = (
  schema: { safeParse(value: unknown): { error?: { issues: { path: PropertyKey[] }[] } } },
  value: unknown,
) => [...new Set(schema.safeParse(value).error?.issues.map(({ path }) => String(path[0] ?? "")) ?? [])].sort();

describe("passwords to be set", () => {
  it.each([
    ["7 letters", "x".repeat(7), false],
    ["8 letters", "x".repeat(8), true],
    ["256 letters", "x".repeat(256), true],
    ["257 letters", "x".repeat(257), false],
    ["7 emoji, which are 14 units", "🔑".repeat(7), false],
    ["8 emoji", "🔑".repeat(8), true],
    ["256 emoji", "🔑".repeat(256), true],
    ["257 emoji", "🔑".repeat(257), false],
    ["8 spaces", " ".repeat(8), true],
    ["8 letters with umlauts in two signs each", "u\u0308".repeat(8), true],
    ["7 of them", "u\u0308".repeat(7), false],
    ["256 of them", "u\u0308".repeat(256), true],
    ["a lone surrogate", `\ud800${"x".repeat(8)}`, false],
    ["nothing", "", false],
  ])("%s", (_name, password, accepted) => {
    expect(faults(signUpBody, { ...good, password })).toEqual(accepted ? [] : ["password"]);
    expect(faults(signUpForm, { ...good, password, confirmPassword: password })).toEqual(accepted ? [] : ["password"]);
    const change = { currentPassword: "x", newPassword: password, confirmPassword: password };
    expect(faults(changePasswordForm, change)).toEqual(accepted ? [] : ["newPassword"]);
  });

  it("are taken as they are: not trimmed, not folded, not normalized", () => {
    const password = "  ÄÖ ﬁ e\u0301\t ";
    expect(signUpBody.parse({ ...good, password }).password).toBe(password);
    expect(signInBody.parse({ ...good, password }).password).toBe(password);
    expect(signInForm.parse({ username: "a", password }).password).toBe(password);
    expect(loginForm.parse({ ...good, password }).password).toBe(password);
  });

  it("match their repetition in any form", () => {
    const repeated = { password: "\u00fcber alles", confirmPassword: "u\u0308ber alles" };
    expect(faults(signUpForm, { ...good, ...repeated })).toEqual([]);
  });

  it("must match their repetition, which is said even when another field is wrong", () => {
    expect(faults(signUpForm, { ...good, confirmPassword: "long enougH" })).toEqual(["confirmPassword"]);
    expect(faults(signUpForm, { email: "nobody", password: "short", confirmPassword: "other" })).toEqual([
      ...["confirmPassword", "email", "password"],
    ]);
    expect(faults(changePasswordForm, { currentPassword: "x", newPassword: "long enough" })).toEqual([
      "confirmPassword",
    ]);
  });
});

describe("passwords to be checked", () => {
  it("need only be there, and have an end", () => {
    expect(faults(signInBody, { ...good, password: "x" })).toEqual([]);
    expect(faults(signInBody, { ...good, password: "" })).toEqual(["password"]);
    expect(faults(signInBody, { ...good, password: "x".repeat(4096) })).toEqual([]);
    expect(faults(signInBody, { ...good, password: "x".repeat(4097) })).toEqual(["password"]);
  });
});

describe("email", () => {
  it("is trimmed and lower-cased", () => {
    expect(signUpBody.parse({ ...good, email: "  Ada@EXAMPLE.com\n" }).email).toBe("ada@example.com");
  });

  it.each([
    "",
    " ",
    "ada",
    "@example.com",
    "ada@",
    "a b@example.com",
    "a@b@c",
    "ada@example.com\u0000",
    "\ud800@example.com",
  ])("is refused: %j", (email) => expect(faults(signUpBody, { ...good, email })).toEqual(["email"]));

  it.each(["a@b.de", "ada+tasks@example.com", "o'hara@example.co.uk", "x@1.2.3.example"])("is accepted: %s", (email) =>
    expect(faults(signUpBody, { ...good, email })).toEqual([]),
  );

  it("has at most 255 characters", () => {
    const of = (length: number) => `a@${"b.".repeat(200)}`.slice(0, length - 3) + "com";
    expect([of(255).length, faults(signUpBody, { ...good, email: of(256) })]).toEqual([255, ["email"]]);
    const longest = `${"a".repeat(60)}@${Array.from({ length: 6 }, () => "b".repeat(30)).join(".")}.example`;
    expect(longest.length).toBeLessThanOrEqual(255);
    expect(faults(signUpBody, { ...good, email: longest })).toEqual([]);
  });
});

describe("name", () => {
  it.each([
    ["100 letters", "x".repeat(100), true],
    ["101 letters", "x".repeat(101), false],
    ["100 emoji", "🚢".repeat(100), true],
    ["100 letters with spaces around", ` ${"x".repeat(100)} `, true],
    ["spaces alone", " \u00a0 ", false],
    ["signs that nobody sees", "\u2800\u3164\u200b", false],
    ["U+0000", "a\u0000", false],
  ])("%s", (_name, name, accepted) => {
    expect(faults(signUpBody, { ...good, name })).toEqual(accepted ? [] : ["name"]);
    expect(faults(profileForm, { name })).toEqual(accepted ? [] : ["name"]);
  });
});

it("bodies of the API refuse fields that they do not know; the OAuth 2 form ignores them", () => {
  expect(faults(signUpBody, { ...good, is_active: true })).toEqual([""]);
  expect(faults(signInBody, { ...good, scope: "" })).toEqual([""]);
  const grant = { grant_type: "password", scope: "", client_id: "", client_secret: "" };
  expect(signInForm.parse({ username: "a", password: "b", ...grant })).toEqual({ email: "a", password: "b" });
});
