import { describe, expect, it } from "vitest";
import { bodyLimitOf } from "~/web/body/body-limits";
import { filledIn, pages as table } from "../../../support/pages";

/** Every page with a form, as an address, and whether the schemas of its forms let a long text in. */
const pages = table
  .filter(({ source }) => /export const action\b/.test(source))
  .map(({ address, source }) => ({ at: filledIn(address), takesLongText: /\btask(Edit)?Form\b/.test(source) }));

describe("a page takes", () => {
  it("is asked of all pages", () => {
    expect(pages.length).toBeGreaterThan(15);
    expect(pages.filter(({ takesLongText }) => takesLongText).length).toBeGreaterThan(1);
  });

  it.each(pages.filter(({ takesLongText }) => takesLongText))("a long text: $at", ({ at }) => {
    // 10,000 characters of four bytes, each byte as three characters, and as much again.
    for (const address of [at, `${at}.data`]) expect(bodyLimitOf(address, false)).toBeGreaterThan(240_000);
  });

  it.each(["/login", "/signup", "/logout", "/forgot-password", "/reset-password", "/settings", "/settings/email", "/"])(
    "16 kB where no long text can be: %s",
    (at) => {
      for (const address of [at, `${at}.data`, `${at}/`]) expect(bodyLimitOf(address, false)).toBe(16_000);
    },
  );

  it.each(["/tasksx", "/nowhere", "/%74asks", "/x/tasks", "/api/tasks"])(
    "16 kB at an address like another: %s",
    (at) => {
      expect(bodyLimitOf(at, false)).toBe(16_000);
    },
  );
});

it.each(["/api/tasks", "/api/tasks/1", "/api/nobody/tasks", "/api/v1/todos", "/api/auth/login"])(
  "the API takes 100 kB: %s",
  (at) => expect(bodyLimitOf(at, true)).toBe(100_000),
);
