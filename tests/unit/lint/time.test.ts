import { ESLint } from "eslint";
import path from "node:path";
import tseslint from "typescript-eslint";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../../..");
/** Without the rules that look at types: these need none, and loading every type of the program takes long. */
const eslint = new ESLint({ cwd: root, overrideConfig: [tseslint.configs.disableTypeChecked] });

/** What the linter says of a piece of code that stands in a certain file. */
async function complaintsOf(code: string, file: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: path.join(root, file) });
  return (result?.messages ?? []).map(({ message }) => message);
}

const places = [
  "app/tasks/pages/dashboard.tsx",
  "app/identity/pages/settings/tokens.tsx",
  "app/identity/pages/log-place.ts",
  "app/tasks/parts/task-row.tsx",
  "app/web/ui/frame.tsx",
  "app/web/ui/when.tsx",
  "app/web/ui/form/post-form.tsx",
  "app/api/parts/code-block.tsx",
];

describe("time in what is drawn", () => {
  it.each([
    "export const now = new Date();",
    "export const moment = new Date(0);",
    "export const now = Date.now();",
    "export const then = Date.parse('2026-03-11');",
    "export const made = [0].map(Date);",
    "export const moment = new globalThis.Date();",
    "export const format = new Intl.DateTimeFormat('en-GB');",
    "const { DateTimeFormat } = Intl;\nexport const format = new DateTimeFormat('en-GB');",
    "export const words = (at: Date) => at.toLocaleDateString('en-GB');",
    "export const words = (at: Date) => at.toLocaleTimeString('en-GB');",
    "export const iso = (at: Date) => at.toISOString();",
    "export const year = (at: Date) => at.getFullYear();",
  ])("is left to app/core/time: %s", async (code) => {
    for (const place of places)
      expect(await complaintsOf(`${code}\n`, place), place).toContainEqual(expect.stringContaining("app/core/time"));
  });

  it("is drawn by <When>", async () => {
    const code = "export const At = () => <time dateTime='2026-03-11'>11 Mar</time>;\n";
    for (const place of ["app/tasks/pages/dashboard.tsx", "app/tasks/parts/task-row.tsx", "app/web/ui/frame.tsx"])
      expect(await complaintsOf(code, place), place).toContainEqual(expect.stringContaining("<When>"));
    expect(await complaintsOf(code, "app/web/ui/when.tsx")).toEqual([]);
  });

  it("may be named as a type, and figures may be put into words", async () => {
    const code = "export const words = (count: number, at: Date | null) => at && count.toLocaleString('en');\n";
    for (const place of places) expect(await complaintsOf(code, place), place).toEqual([]);
  });

  it("is made where it belongs", async () => {
    const code = "export const moment = new Date().toISOString();\n";
    for (const place of ["app/core/time/moment.ts", "app/tasks/domain/tasks.server.ts"])
      expect(await complaintsOf(code, place), place).toEqual([]);
  });
});
