import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import * as accountSchemas from "~/identity/domain/account/account-schema";
import { tokenLifetimes } from "~/services/one-time-tokens/one-time-tokens.server";
import { refuseGuessable } from "~/identity/domain/passwords/passwords.server";
import { Invalid } from "~/core/errors";
import * as limits from "~/services/limits/limits.server";
import { absoluteLimit, idleLimit, unrememberedLimit } from "~/identity/domain/sessions/sessions.server";
import * as taskSchemas from "~/tasks/domain/task-schema";
import { readConfig } from "~/core/settings/config.server";
import { apiPaths } from "../../support/api-operations";
import { pages } from "../../support/pages";

/* docs/security.md and its chapters against the program: what they promise is there, and what is there stands in them. */

const root = path.resolve(import.meta.dirname, "../../..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");
const chapters = readdirSync(path.join(root, "docs/security")).map((file) => `docs/security/${file}`);
const text = ["docs/security.md", ...chapters].map(read).join("\n");

/** The part of the documents below a heading, up to the next one of any rank. */
function section(heading: string): string {
  const [, ...after] = text.split(new RegExp(`^#+ ${heading}$`, "m"));
  expect(after, `one heading "${heading}"`).toHaveLength(1);
  return after[0]?.split(/^#+ /m)[0] ?? "";
}

/** The rows of the tables in a text, without heads and rulers. */
const rowsOf = (markdown: string): string[][] =>
  markdown
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    )
    .filter((cells, index, all) => !/^-+$/.test(cells[0] ?? "") && !/^-+$/.test(all[index + 1]?.[0] ?? ""));

const quoted = (cell = "") => [...cell.matchAll(/`([^`]+)`/g)].map(([, inside = ""]) => inside);

/** All requirements of levels 1 and 2 in chapters V6 to V9 of OWASP ASVS 5.0.0. */
const requirements: Record<string, number> = {
  ...{ "6.1.1": 1, "6.1.2": 2, "6.1.3": 2 },
  ...{ "6.2.1": 1, "6.2.2": 1, "6.2.3": 1, "6.2.4": 1, "6.2.5": 1, "6.2.6": 1, "6.2.7": 1, "6.2.8": 1 },
  ...{ "6.2.9": 2, "6.2.10": 2, "6.2.11": 2, "6.2.12": 2 },
  ...{ "6.3.1": 1, "6.3.2": 1, "6.3.3": 2, "6.3.4": 2 },
  ...{ "6.4.1": 1, "6.4.2": 1, "6.4.3": 2, "6.4.4": 2 },
  ...{ "6.5.1": 2, "6.5.2": 2, "6.5.3": 2, "6.5.4": 2, "6.5.5": 2 },
  ...{ "6.6.1": 2, "6.6.2": 2, "6.6.3": 2 },
  ...{ "6.8.1": 2, "6.8.2": 2, "6.8.3": 2, "6.8.4": 2 },
  ...{ "7.1.1": 2, "7.1.2": 2, "7.1.3": 2 },
  ...{ "7.2.1": 1, "7.2.2": 1, "7.2.3": 1, "7.2.4": 1 },
  ...{ "7.3.1": 2, "7.3.2": 2 },
  ...{ "7.4.1": 1, "7.4.2": 1, "7.4.3": 2, "7.4.4": 2, "7.4.5": 2 },
  ...{ "7.5.1": 2, "7.5.2": 2 },
  ...{ "7.6.1": 2, "7.6.2": 2 },
  ...{ "8.1.1": 1, "8.1.2": 2 },
  ...{ "8.2.1": 1, "8.2.2": 1, "8.2.3": 2 },
  ...{ "8.3.1": 1 },
  ...{ "8.4.1": 2 },
  ...{ "9.1.1": 1, "9.1.2": 1, "9.1.3": 1 },
  ...{ "9.2.1": 1, "9.2.2": 2, "9.2.3": 2, "9.2.4": 2 },
};

type Row = { id: string; level: number; state: string; evidence: string };

/** A requirement is a list item, `- **6.1.1** (level 1, met): …`; the lines indented below it are its evidence. */
const rows: Row[] = [...text.matchAll(/^- \*\*(\d+\.\d+\.\d+)\*\* \(level (\d), ([^)]*)\): .+\n((?: {2}.*\n)*)/gm)].map(
  ([, id = "", level, state = "", evidence = ""]) => ({ id, level: Number(level), state, evidence }),
);

/** The tests that a row names: a file, and after it the titles in it. */
function testsIn(evidence: string): { file: string; titles: string[] }[] {
  const named: { file: string; titles: string[] }[] = [];
  for (const word of quoted(evidence)) {
    if (word.startsWith("tests/")) named.push({ file: word, titles: [] });
    else named.at(-1)?.titles.push(word);
  }
  return named;
}

/** Does a file have a test, or a group of tests, of that title? */
function hasTitle(source: string, title: string): boolean {
  const literal = [JSON.stringify(title), `\`${title}\``].map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`[(\\s](?:${literal.join("|")}),\\s`).test(source);
}

describe("the requirements", () => {
  it("are all there once, with their level", () => {
    expect(rows.map(({ id }) => id).sort()).toEqual(Object.keys(requirements).sort());
    expect(Object.fromEntries(rows.map(({ id, level }) => [id, level]))).toEqual(requirements);
  });

  it.each(rows)("$id is $state, and says by what or why not", ({ state, evidence }) => {
    expect(["met", "not met", "does not apply"]).toContain(state);
    const tests = testsIn(evidence);
    if (state !== "met") {
      expect(tests).toEqual([]);
      expect(evidence.length).toBeGreaterThan(15);
      return;
    }
    expect(tests.length).toBeGreaterThan(0);
    for (const { file, titles } of tests) {
      expect([file, existsSync(path.join(root, file))]).toEqual([file, true]);
      expect([file, titles.length]).not.toEqual([file, 0]);
      const source = read(file);
      for (const title of titles) expect([file, title, hasTitle(source, title)]).toEqual([file, title, true]);
    }
  });

  it("a title that is not there is noticed", () => {
    const source = 'it("is there", () => {});\nit.each([1])(\n  "is there too: %d",\n  () => {},\n);';
    expect(["is there", "is there too: %d", "is", "is not there"].map((title) => hasTitle(source, title))).toEqual([
      ...[true, true, false, false],
    ]);
  });
});

const day = 24 * 60 * 60 * 1000;

it("the limits on attempts are those of the program", () => {
  const here = rowsOf(section("Limits on attempts")).map(([name, points, window = ""]) => ({
    name: quoted(name)[0],
    points: Number(points),
    windowSeconds: Number.parseInt(window) * 60,
  }));
  const inCode = Object.values(limits).filter((value) => typeof value === "object");
  const byName = (one: { name?: string }, other: { name?: string }) => (one.name ?? "").localeCompare(other.name ?? "");
  expect(here.sort(byName)).toEqual(inCode.sort(byName));
});

it("the lifetimes of secrets for one use are those of the program", () => {
  const units: Record<string, number> = { minutes: day / 24 / 60, hours: day / 24, days: day };
  const here = rowsOf(section("One-time links and secrets")).map(([purpose, lifetime = ""]) => {
    const [, count, unit = ""] = /^(\d+) (minutes|hours|days)/.exec(lifetime) ?? [];
    return [quoted(purpose)[0], Number(count) * (units[unit] ?? 0)];
  });
  expect(Object.fromEntries(here)).toEqual(tokenLifetimes);
});

it("the words that are no password are refused", async () => {
  const list = section("Words that belong to this place");
  const words = [...list.matchAll(/^- `([^`]+)`/gm)].map(([, word = ""]) => word);
  expect(words.length).toBeGreaterThan(0);
  expect(list).toContain("the part before the `@`");
  for (const word of [...words, ...words.map((one) => one.toUpperCase()), "ada.lovelace"])
    await expect(refuseGuessable(word, "ada.lovelace@example.com", "password")).rejects.toBeInstanceOf(Invalid);
});

it("the ways into an account are all that open a session", () => {
  const named = rowsOf(section("Ways into an account")).map(([, code]) => quoted(code)[0]);
  const sources = readdirSync(path.join(root, "app"), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => `app/${file.replaceAll(path.sep, "/")}`);
  // Sign-ins that end in one way share a function, which is no way of its own.
  const shared = "app/identity/domain/sign-in/complete-sign-in.server.ts";
  expect(read(shared)).toMatch(/\bopeningSession\(/);
  const opening = sources.filter(
    (file) => file !== shared && /(?<!function )\b(?:openingSession|completingSignIn)\(/.test(read(file)),
  );
  expect(opening.length).toBeGreaterThan(0);
  expect(named.sort()).toEqual(opening.sort());
});

it("the lifetimes of sessions are those of the program", () => {
  const days = (milliseconds: number) => `${milliseconds / day} days`;
  expect(rowsOf(section("Session lifetimes"))).toEqual([
    ['browser, "Keep me signed in"', days(idleLimit), days(absoluteLimit)],
    ["browser, otherwise", "with the browser", `${(unrememberedLimit / day) * 24} hours`],
    ["API", days(readConfig({}).refreshTokenSeconds * 1000), days(absoluteLimit)],
    ["API, opened below `/api/v1`", days(absoluteLimit), days(absoluteLimit)],
  ]);
  expect(section("Session lifetimes")).toMatch(/NIST SP 800-63B/);
});

it("every route stands in the tables of who may do what", () => {
  const named = rowsOf(read("docs/security/authorization.md"))
    .flatMap(([where]) => quoted(where))
    .filter((name) => name.startsWith("/"));
  const addresses = pages.map(({ address }) => address).filter((address) => !address.endsWith("*"));
  const api = apiPaths.map(([at]) => at);
  expect(api.length).toBeGreaterThan(10);
  expect(named.sort()).toEqual([...addresses, ...api].sort());
});

it("the fields that may be written are those of the schemas", () => {
  const named = rowsOf(section("Writable fields"));
  expect(named.length).toBeGreaterThan(3);
  const schemas: Record<string, unknown> = { ...accountSchemas, ...taskSchemas };
  for (const [body, fields] of named) {
    const schema = schemas[quoted(body)[0] ?? ""] as { shape: object } | undefined;
    expect([body, quoted(fields).sort()]).toEqual([body, Object.keys(schema?.shape ?? {}).sort()]);
  }
});
