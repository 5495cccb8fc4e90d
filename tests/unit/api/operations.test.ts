import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Operation } from "~/api/operation.server";
import { named } from "~/api/operation-parts";
import { openApiDocument } from "~/api/description/openapi.server";
import { pathsOf } from "~/api/routes.server";
import { describedApi, operations, operationsOf } from "../../support/api-operations";

/* What every operation owes to the one list that routing, description and the check of scopes are made from. */

type Described = { security?: object[]; responses: Record<string, object>; operationId: string };

const origin = "http://localhost";
const dialects = [{ v1: true }, { v1: false }];
const inBraces = (at: string) => at.replace(/:(\w+)/g, "{$1}");

const pathsOfDocument = (v1: boolean) =>
  describedApi(origin, { v1 }).paths as Record<string, Record<string, Described>>;
const describedAs = ({ path: at, method }: Operation) => pathsOfDocument(true)[inBraces(at)]?.[method.toLowerCase()];

/** What is told to people, for the rules that it tells of. */
const source = (file: string) => readFileSync(path.resolve(import.meta.dirname, "../../..", file), "utf8");

describe.each(operations.map((operation) => [operation.operationId, operation] as const))("%s", (operationId, one) => {
  const described = describedAs(one);

  it("is described under its name, with an answer for when all is well", () => {
    expect(described?.operationId).toBe(operationId);
    const successes = Object.keys(one.answers).filter((status) => status.startsWith("2"));
    expect(successes.length).toBeGreaterThan(0);
    expect(Object.keys(described?.responses ?? {})).toEqual(expect.arrayContaining(Object.keys(one.answers)));
  });

  it("is described as open to whom it is open", () => {
    expect(described?.security).toEqual(one.scope === "public" ? [] : undefined);
    const refusals = Object.keys(described?.responses ?? {});
    if (one.scope !== "public") expect(refusals).toEqual(expect.arrayContaining(["401", "403", "429"]));
  });

  it("reads the parameters that its path has", () => {
    const inPath = [...one.path.matchAll(/:(\w+)/g)].map(([, name]) => name);
    expect(Object.keys(one.params ?? {})).toEqual(inPath);
  });
});

describe.each(dialects)("with API_V1 as %j", ({ v1 }) => {
  it("what is routed is what is described, the owner's form in words", () => {
    const described = Object.entries(pathsOfDocument(v1)).flatMap(([at, item]) =>
      Object.keys(item)
        .filter((method) => method !== "parameters")
        .map((method) => `${method.toUpperCase()} ${at}`),
    );
    const routed = pathsOf(operationsOf({ v1 }))
      .filter(({ path: at }) => !at.startsWith("/api/:userId/"))
      .flatMap(({ path: at, operations: own }) => own.map(({ method }) => `${method} ${inBraces(at)}`));
    expect(routed.length).toBeGreaterThan(10);
    expect(routed.sort()).toEqual(described.sort());
  });

  it("no path answers to a method twice, and no name is given twice", () => {
    for (const { path: at, operations: own } of pathsOf(operationsOf({ v1 }))) {
      const methods = own.map(({ method }) => method);
      expect([at, methods]).toEqual([at, [...new Set(methods)]]);
    }
    const names = operationsOf({ v1 }).map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
  });
});

it("without the second dialect nothing of it is there", () => {
  const own = JSON.stringify(describedApi(origin, { v1: false }));
  expect(own).not.toMatch(/v1|\/api\/auth\/signin/i);
  expect(operationsOf({ v1: false }).every(({ path: at }) => !/\/v1\/|signin/.test(at))).toBe(true);
});

it("two schemas of one name are noticed", () => {
  const [first] = operations;
  const other = { 200: { description: "Another task.", body: named("Task", z.string()) } };
  expect(() => openApiDocument([...operations, ...(first ? [{ ...first, answers: other }] : [])], origin)).toThrow(
    "Two parts of the description are named Task",
  );
});

it("an owner's form is tried after every path without one", () => {
  const paths = pathsOf(operations).map(({ path: at }) => at);
  const firstOwned = paths.findIndex((at) => at.startsWith("/api/:userId/"));
  expect(firstOwned).toBeGreaterThan(0);
  expect(paths.slice(firstOwned).every((at) => at.startsWith("/api/:userId/"))).toBe(true);
});

/** What docs/api.md and the guide say that a scope opens, as a question about an operation. */
const opens: Record<string, { words: string; has: (operation: Operation) => boolean }> = {
  "tasks:read": { words: "the `GET` calls of tasks", has: ({ method, path: at }) => isOfTasks(at) && method === "GET" },
  "tasks:write": {
    words: "every other call of tasks",
    has: ({ method, path: at }) => isOfTasks(at) && method !== "GET",
  },
  "account:read": {
    words: "`GET /api/auth/me`",
    has: ({ method, path: at }) => /\/auth\/me$/.test(at) && method === "GET",
  },
};

const isOfTasks = (at: string) => /\/(tasks|todos)\b/.test(at);

it("the scopes open what docs/api.md and the guide say that they open, and nothing else", () => {
  const rows = [...source("docs/api.md").matchAll(/^\| `(\w+:\w+)` +\| (.+?) +\|$/gm)];
  expect(rows.map(([, scope, words]) => [scope, words])).toEqual(
    Object.entries(opens).map(([scope, { words }]) => [scope, words]),
  );
  const guide = source("app/api/parts/api-guide.tsx");
  for (const [scope, { words }] of Object.entries(opens))
    expect(guide).toContain(`["${scope}", "${words.replaceAll("`", "")}"]`);
  for (const one of operations) {
    const named = Object.entries(opens).filter(([, { has }]) => has(one));
    const scope = named[0]?.[0];
    expect([one.operationId, one.scope]).toEqual([
      one.operationId,
      scope ?? expect.stringMatching(/^(public|session)$/),
    ]);
  }
});
