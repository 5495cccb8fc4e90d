import { ESLint } from "eslint";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../../..");
const eslint = new ESLint({ cwd: root });

/** The rules that one import breaks when it stands in a certain file. The file must exist for the type checker. */
async function rulesBrokenBy(importing: string, file: string): Promise<string[]> {
  const [result] = await eslint.lintText(`import "${importing}";\n`, { filePath: path.join(root, file) });
  return (result?.messages ?? []).map(({ ruleId }) => ruleId ?? "parse error");
}

// The first look loads every type of the program.
describe("the direction of imports", { timeout: 60_000 }, () => {
  it.each([
    ["app/tasks/pages/dashboard.tsx", "~/data/db.server"],
    ["app/tasks/pages/dashboard.tsx", "~/data/generated/sqlite/client"],
    ["app/identity/edge/access-token.server.ts", "~/data/db.server"],
    ["app/web/body/parse.ts", "~/data/db.server"],
    ["app/core/text.ts", "~/http/parse"],
    ["app/core/text.ts", "~/auth/access-token.server"],
    ["app/core/text.ts", "~/components/due"],
    ["app/core/text.ts", "~/routes/dashboard"],
    ["app/core/data/db.server.ts", "~/domain/text"],
    ["app/identity/edge/access-token.server.ts", "~/routes/dashboard"],
    ["app/web/body/parse.ts", "~/routes/dashboard"],
    ["app/tasks/parts/due.ts", "~/http/parse"],
    ["app/tasks/parts/due.ts", "~/auth/access-token.server"],
  ])("refuses %s importing %s", async (file, importing) => {
    expect(await rulesBrokenBy(importing, file)).toContain("import-x/no-restricted-paths");
  });

  it("refuses a component that reaches for server code of the domain", async () => {
    expect(await rulesBrokenBy("~/domain/tasks/tasks.server", "app/tasks/parts/due.ts")).toContain(
      "no-restricted-imports",
    );
  });

  it.each([
    ["app/tasks/pages/dashboard.tsx", "~/domain/tasks/tasks.server"],
    ["app/tasks/pages/dashboard.tsx", "~/http/page.server"],
    ["app/tasks/domain/tasks.server.ts", "~/data/db.server"],
    ["app/identity/edge/identification.server.ts", "~/domain/sessions/sessions.server"],
    ["app/tasks/parts/due.ts", "~/domain/tasks/task"],
  ])("lets %s import %s", async (file, importing) => {
    expect(await rulesBrokenBy(importing, file)).toEqual([]);
  });

  it("lets nobody make a transaction another way", async () => {
    const text = "export const all = (db: { $transaction: (all: unknown[]) => unknown }) => db.$transaction([]);\n";
    const made = async (file: string) => {
      const [result] = await eslint.lintText(text, { filePath: path.join(root, file) });
      return (result?.messages ?? []).map(({ ruleId }) => ruleId);
    };
    expect(await made("app/core/text.ts")).toEqual(["no-restricted-syntax"]);
    expect(await made("app/core/data/transaction.server.ts")).toEqual([]);
  });

  it("lets nobody but the settings read the environment", async () => {
    const read = async (file: string) => {
      const [result] = await eslint.lintText("export const home = process.env.HOME;\n", {
        filePath: path.join(root, file),
      });
      return (result?.messages ?? []).map(({ ruleId }) => ruleId);
    };
    expect(await read("app/web/body/parse.ts")).toEqual(["no-restricted-properties"]);
    expect(await read("app/core/settings/config.server.ts")).toEqual([]);
  });
});
