import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { openApiDocument } from "../../../app/api/description/openapi.server";

const licenseOf = (folder: string) =>
  (JSON.parse(readFileSync(`${folder}/package.json`, "utf8")) as { license?: string }).license;

it("one licence stands in every package, in the description of the API and in LICENSE, word for word", () => {
  for (const folder of [".", "packages/better-sqlite3", "packages/older-node"])
    expect(licenseOf(folder), folder).toBe("AGPL-3.0-only");
  expect(openApiDocument([], "http://localhost").info.license.identifier).toBe("AGPL-3.0-only");
  // The text as the Free Software Foundation publishes it.
  expect(createHash("sha256").update(readFileSync("LICENSE")).digest("hex")).toBe(
    "0d96a4ff68ad6d4b6f1f30f713b18d5184912ba8dd389f86aa7710db079abcb0",
  );
});

it("what is there to be copied into other programs has another", () => {
  expect(licenseOf("clients/typescript")).toBe("MIT");
  expect(readFileSync("clients/LICENSE", "utf8")).toMatch(/^MIT License\n/);
});
