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
    ["app/core/text.ts", "~/services/limits/turns"],
    ["app/core/text.ts", "~/tasks/domain/task"],
    ["app/core/text.ts", "~/web/http-error"],
    ["app/core/data/db.server.ts", "~/features.server"],
    ["app/services/limits/turns.ts", "~/identity/domain/account/account-schema"],
    ["app/services/limits/turns.ts", "~/web/http-error"],
    ["app/services/limits/turns.ts", "~/features.server"],
    ["app/identity/domain/account/account-schema.ts", "~/tasks/domain/task"],
    ["app/identity/pages/check-email.tsx", "~/tasks/parts/priority"],
    ["app/tasks/domain/task.ts", "~/identity/domain/account/account-schema"],
    ["app/tasks/pages/dashboard.tsx", "~/identity/edge/identification.server"],
    ["app/tasks/domain/task.ts", "~/features.server"],
    ["app/tasks/domain/task.ts", "~/web/http-error"],
    ["app/tasks/domain/task.ts", "~/api/problem.server"],
    ["app/tasks/domain/task.ts", "~/tasks/parts/priority"],
    ["app/tasks/domain/task.ts", "~/tasks/pages/dashboard"],
    ["app/identity/domain/account/account-schema.ts", "~/identity/edge/identification.server"],
    ["app/identity/edge/session-cookie.server.ts", "~/identity/pages/login"],
    ["app/identity/edge/session-cookie.server.ts", "~/identity/parts/dead-link"],
    ["app/identity/edge/session-cookie.server.ts", "~/api/problem.server"],
    ["app/tasks/parts/priority.tsx", "~/tasks/pages/dashboard"],
    ["app/tasks/pages/dashboard.tsx", "~/api/problem.server"],
    ["app/web/body/parse.ts", "~/tasks/domain/task"],
    ["app/web/page/page.server.ts", "~/identity/domain/account/account-schema"],
    ["app/web/page/page.server.ts", "~/api/problem.server"],
    ["app/api/problem.server.ts", "~/tasks/domain/task"],
    ["app/api/problem.server.ts", "~/identity/edge/identification.server"],
    ["app/tasks/pages/dashboard.tsx", "~/core/data/db.server"],
    ["app/tasks/pages/dashboard.tsx", "~/core/data/generated/sqlite/client"],
    ["app/identity/edge/access-token.server.ts", "~/core/data/db.server"],
    ["app/web/body/parse.ts", "~/core/data/db.server"],
    ["app/api/problem.server.ts", "~/core/data/db.server"],
  ])("refuses %s importing %s", async (file, importing) => {
    expect(await rulesBrokenBy(importing, file)).toContain("import-x/no-restricted-paths");
  });

  it.each([
    ["app/tasks/parts/priority.tsx", "~/tasks/domain/tasks.server"],
    ["app/web/ui/icons.tsx", "~/web/page/page.server"],
  ])("refuses what draws, %s, reaching for the server: %s", async (file, importing) => {
    expect(await rulesBrokenBy(importing, file)).toContain("no-restricted-imports");
  });

  it.each([
    ["app/tasks/pages/dashboard.tsx", "~/tasks/domain/tasks.server"],
    ["app/tasks/pages/dashboard.tsx", "~/web/page/page.server"],
    ["app/tasks/pages/dashboard.tsx", "~/tasks/parts/priority"],
    ["app/tasks/domain/tasks.server.ts", "~/core/data/db.server"],
    ["app/tasks/domain/tasks.server.ts", "~/services/permission/permission.server"],
    ["app/services/limits/limits.server.ts", "~/core/data/db.server"],
    ["app/identity/edge/identification.server.ts", "~/identity/domain/sessions/sessions.server"],
    ["app/identity/edge/identification.server.ts", "~/web/request-context"],
    ["app/tasks/parts/priority.tsx", "~/tasks/domain/task"],
    ["app/web/server/express-app.server.ts", "~/api/problem.server"],
    ["app/features.server.ts", "~/identity/feature.server"],
    ["app/root.tsx", "~/tasks/parts/additions"],
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

  /** The rules that a text breaks when it is the whole of a file. */
  async function rulesBrokenIn(text: string, file: string): Promise<string[]> {
    const [result] = await eslint.lintText(text, { filePath: path.join(root, file) });
    return (result?.messages ?? []).map(({ ruleId }) => ruleId ?? "parse error");
  }

  it.each([
    ["a cast", "export const read = (text: string) => JSON.parse(text) as string[];\n"],
    ["a cast by way of unknown", "export const read = (text: string) => JSON.parse(text) as unknown as string[];\n"],
    ["a form without limits", "export const read = (request: Request) => request.formData();\n"],
  ])("lets nobody take what comes from elsewhere for what it should be: %s", async (_what, text) => {
    for (const file of ["app/core/text.ts", "app/core/data/transaction.server.ts", "app/tasks/parts/task-view.ts"])
      expect([file, await rulesBrokenIn(text, file)]).toEqual([file, ["no-restricted-syntax"]]);
  });

  it("lets JSON be read by a schema", async () => {
    const text = "export const read = (text: string): unknown => JSON.parse(text);\n";
    expect(await rulesBrokenIn(text, "app/core/text.ts")).toEqual([]);
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
