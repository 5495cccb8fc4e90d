import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { describe, expect, it } from "vitest";
import { ownVariables, settingEntries } from "~/core/settings/settings-table";
import { settingsFiles } from "../../../scripts/settings-files";

describe("what is written from the table of settings", () => {
  it("stands in the files as they are: after a change, npm run settings", async () => {
    const files = await settingsFiles();
    expect(Object.keys(files)).toEqual(["docs/settings.md", "README.md", ".env.example"]);
    for (const [file, text] of Object.entries(files)) expect([file, readFileSync(file, "utf8")]).toEqual([file, text]);
  });

  it("names every setting, in the document and in the example", () => {
    const rows = [...readFileSync("docs/settings.md", "utf8").matchAll(/^\| `([A-Z0-9_]+)` +\|/gm)];
    const lines = [...readFileSync(".env.example", "utf8").matchAll(/^(?:# )?([A-Z0-9_]+)=/gm)];
    const names = settingEntries.map(([name]) => name).sort();
    for (const found of [rows, lines]) expect(found.map(([, name]) => name).sort()).toEqual(names);
  });

  it("an example that is copied as it is says what goes without it", () => {
    const defaults = settingEntries.map(([name, { docs }]) => [name, docs.default ?? ""] as const);
    expect(parseEnv(readFileSync(".env.example", "utf8"))).toEqual(
      Object.fromEntries(defaults.filter(([name]) => ownVariables.includes(name))),
    );
  });
});
