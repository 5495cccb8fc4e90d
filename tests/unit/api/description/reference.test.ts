import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { referenceOf } from "~/api/description/reference.server";
import { exampleOf, limitsInWords, typeInWords, type Schema } from "~/api/description/schema-words";
import { apiPaths, describedApi } from "../../../support/api-operations";

const origin = "https://tasks.example.com";
const document = describedApi(origin, { v1: true });
const { sections } = referenceOf(document, origin);
const calls = sections.flatMap((section) => section.calls);
const call = (id: string) => calls.find((one) => one.id === id);

describe("the reference", () => {
  it("has every call of the API once, under an anchor of its own", () => {
    const there = apiPaths
      .filter(([path]) => !path.startsWith("/api/:userId/"))
      .flatMap(([path, methods]) => methods.map((method) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`));
    expect(calls.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(there.sort());
    const anchors = [...calls, ...sections].map(({ id }) => id);
    expect(new Set(anchors).size).toBe(anchors.length);
  });

  it("has everything of a call: parameters, fields, answers, refusals", () => {
    expect(call("listTasks")?.parameters).toContainEqual({
      name: "limit",
      place: "query",
      type: "integer",
      required: false,
      limits: "1 to 100",
      description: "How many at most; 50 unless told otherwise.",
      example: "",
    });
    expect(call("readTask")?.parameters[0]).toMatchObject({ name: "id", place: "path", required: true, example: "1" });
    expect(call("createTask")?.bodies).toMatchObject([{ mediaType: "application/json", required: true }]);
    expect(call("createTask")?.bodies[0]?.fields.slice(0, 2)).toEqual([
      {
        name: "title",
        type: "string",
        required: true,
        limits: "1 to 200 characters",
        description: "",
        example: "Buy milk",
      },
      {
        name: "description",
        type: "string or null",
        required: false,
        limits: "at most 10,000 characters",
        description: "",
        example: "Two litres",
      },
    ]);
    const answers = call("createTask")?.answers ?? [];
    const headersOf = (status: string) => answers.find((one) => one.status === status)?.headers.map(({ name }) => name);
    expect(answers.map(({ status }) => status)).toEqual([
      "201",
      "400",
      "401",
      "403",
      "413",
      "414",
      "415",
      "422",
      "429",
      "503",
    ]);
    expect(headersOf("201")).toEqual(expect.arrayContaining(["ETag", "Location"]));
    expect(headersOf("401")).toContain("WWW-Authenticate");
    expect(headersOf("429")).toContain("Retry-After");
    expect(answers.map(({ example }) => example !== "")).toEqual([true, false, ...Array<boolean>(8).fill(false)]);
    expect(call("updateTask")?.bodies[0]?.required).toBe(false);
  });

  it("says which calls take a token, and their commands send one", () => {
    const without = calls.filter(({ needsToken }) => !needsToken).map(({ id }) => id);
    expect(without.filter((id) => !id.startsWith("v1")).sort()).toEqual([
      ...["readDescription", "refresh", "signIn", "signInForToken", "signUp"],
    ]);
    for (const { needsToken, commands } of calls)
      for (const { text } of commands) expect(text.includes(`-H "Authorization: Bearer $TOKEN"`)).toBe(needsToken);
  });

  it("has a command for every media type, at this site", () => {
    expect(call("signIn")?.commands.map(({ label }) => label)).toEqual([
      "application/json",
      "application/x-www-form-urlencoded",
    ]);
    for (const { commands } of calls) for (const { text } of commands) expect(text).toContain(`'${origin}/api/`);
    expect(call("deleteTask")?.commands[0]?.text).toContain("/api/tasks/1'");
  });

  it("takes away last", () => {
    const last = sections.map((section) => section.calls.at(-1)?.id);
    expect(last).toEqual(expect.arrayContaining(["deleteTask", "signOut", "v1Logout"]));
  });

  it("shows examples that the schemas let through", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    for (const [name, schema] of Object.entries(document.components.schemas))
      expect([name, ajv.validate(schema, exampleOf(schema as Schema)), ajv.errorsText()]).toEqual([
        ...[name, true, "No errors"],
      ]);
    const example = JSON.parse(call("listTasks")?.answers[0]?.example ?? "") as unknown;
    expect(example).toMatchObject([{ id: 1, title: "Buy milk", completed: false, completed_at: null }]);
  });

  it("is not made of a document that refers to what it does not have", () => {
    const operation = { tags: ["Tasks"], operationId: "x", summary: "", description: "", responses: {} };
    const get = { ...operation, parameters: [{ $ref: "#/components/parameters/Gone" }] };
    const paths = { "/api/x": { get } };
    expect(() => referenceOf({ ...document, paths }, origin)).toThrow("#/components/parameters/Gone");
  });
});

describe("a schema in words", () => {
  it.each<[Schema, string, string]>([
    [{ type: "string", minLength: 1, maxLength: 9 }, "string", "1 to 9 characters"],
    [{ anyOf: [{ type: "string", format: "date" }, { type: "null" }] }, "string (YYYY-MM-DD) or null", ""],
    [{ type: ["string", "null"], maxLength: 9 }, "string or null", "at most 9 characters"],
    [{ type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER }, "integer", "0 or more"],
    [{ type: "integer", minimum: 1, maximum: 100, default: 50 }, "integer", "1 to 100, default 50"],
    [{ enum: ["low", "high"] }, "low | high", ""],
    [{ const: "bearer" }, "bearer", ""],
    [{ type: "array", items: { type: "string" } }, "array of string", ""],
  ])("%j", (schema, type, limits) => {
    expect([typeInWords(schema), limitsInWords(schema)]).toEqual([type, limits]);
  });
});
