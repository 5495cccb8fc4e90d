import { createConfig, lintDocument, makeDocumentFromString, BaseResolver } from "@redocly/openapi-core";
import spectral from "@stoplight/spectral-core";
import parsers from "@stoplight/spectral-parsers";
import rulesets from "@stoplight/spectral-rulesets";
import { describe, expect, it } from "vitest";
import { apiPaths, describedApi } from "../../../support/api-operations";

const whole = describedApi("http://localhost:3000", { v1: true });

describe.each([
  ["with the second dialect", whole],
  ["without the second dialect", describedApi("http://localhost:3000", { v1: false })],
])("the description of /api, %s", (_name, document) => {
  const text = JSON.stringify(document, null, 2);

  it("passes spectral:oas without a warning", async () => {
    const linter = new spectral.Spectral();
    linter.setRuleset({ extends: [[rulesets.oas, "recommended"]] } as never);
    const found = await linter.run(new spectral.Document(text, parsers.Json));
    expect(found.map(({ code, message, path }) => [code, message, path.join("/")])).toEqual([]);
  });

  it("passes Redocly's recommended rules without a warning", async () => {
    const config = await createConfig({ extends: ["recommended"] });
    const found = await lintDocument({
      document: makeDocumentFromString(text, "/openapi.json"),
      externalRefResolver: new BaseResolver(),
      config,
    });
    expect(found.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
  });
});

describe("the description of /api", () => {
  it("describes every path and method that there is, the owner's form in words", () => {
    const described = Object.entries(whole.paths).flatMap(([path, item]) =>
      Object.keys(item)
        .filter((method) => method !== "parameters")
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    const there = apiPaths
      .filter(([path]) => !path.startsWith("/api/:userId/"))
      .flatMap(([path, methods]) => methods.map((method) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`));
    expect(described.sort()).toEqual(there.sort());
  });
});
