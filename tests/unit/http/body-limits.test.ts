import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { bodyLimitOf } from "~/http/body-limits";

const routes = path.resolve(import.meta.dirname, "../../../app/routes");

/** Every page with a form, as an address, and whether the schemas of its forms let a long text in. */
const pages = readdirSync(routes)
  .map((file) => ({ file, source: readFileSync(path.join(routes, file), "utf8") }))
  .filter(({ source }) => /export const action\b/.test(source))
  .map(({ file, source }) => {
    const parts = file.replace(/\.tsx?$/, "").split(/(?<!\[)\.(?!\])/);
    const places = parts.map((part) => part.replace(/_$/, "")).filter((part) => !part.startsWith("_"));
    return { at: `/${places.join("/").replaceAll("$", "1")}`, takesLongText: /\btask(Edit)?Form\b/.test(source) };
  });

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
