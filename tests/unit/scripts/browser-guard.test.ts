import { existsSync } from "node:fs";
import path from "node:path";
import { build, loadConfigFromFile, type PluginOption } from "vite";
import { describe, expect, it } from "vitest";
import { browserGuard, whyNotInBrowser } from "../../../scripts/browser-guard";

const root = path.resolve(import.meta.dirname, "../../..");
const at = (file: string) => path.join(root, file);

describe("the browser's bundle may hold", () => {
  it.each([
    ...["app/root.tsx", "app/entry.client.tsx", "app/web/ui/icons.tsx", "app/web/ui/form/form.tsx"],
    ...["app/tasks/pages/dashboard.tsx", "app/tasks/parts/task-view.ts", "app/api/parts/code-block.tsx"],
    ...["app/core/scopes.ts", "app/styles/app.css"],
    // It carries the mark.
    "app/tasks/domain/task-values.ts",
  ])("%s", (file) => {
    expect(existsSync(at(file))).toBe(true);
    expect(whyNotInBrowser(at(file), root)).toBeNull();
    expect(whyNotInBrowser(`${at(file)}?__remix-build-client-route`, root)).toBeNull();
  });

  it.each(["node_modules/react-dom/client.js", "node_modules/@conform-to/react/dist/hooks.mjs"])("%s", (file) => {
    expect(whyNotInBrowser(at(file), root)).toBeNull();
    expect(whyNotInBrowser(`\0${at(file)}?commonjs-exports`, root)).toBeNull();
  });
});

describe("the browser's bundle may not hold", () => {
  it.each([
    ...[
      "app/core/data/fair-queue.ts",
      "app/core/data/generated/sqlite/browser.ts",
      "app/core/settings/config.server.ts",
    ],
    ...[
      "app/services/limits/turns.ts",
      "app/identity/domain/account/account-schema.ts",
      "app/tasks/domain/task-schema.ts",
    ],
    ...["app/web/server/route-template.ts", "app/web/page/safe-redirect.ts", "app/web/body/parse.ts"],
    ...["app/web/http-error.ts", "app/identity/edge/bearer.ts", "app/tasks/api/task-json.ts", "app/api/operation.ts"],
    ...["app/features.server.ts", "server.ts", "cli/user.ts"],
  ])("%s", (file) => expect(whyNotInBrowser(at(file), root)).toMatch("it is code of the server"));

  it.each([
    ...[
      "@prisma/client",
      "@prisma/adapter-pg",
      "express",
      "pg",
      "@node-rs/argon2",
      "better-sqlite3",
      "@remix-run/node",
    ],
    ...["jose", "nodemailer", "zod"],
  ])("the package %s", (name) => {
    expect(whyNotInBrowser(at(`node_modules/${name}/index.js`), root)).toMatch(`its package, ${name}, is not`);
    expect(whyNotInBrowser(at(`node_modules/react/node_modules/${name}/index.js`), root)).not.toBeNull();
  });

  it.each(["__vite-browser-external", "__vite-browser-external:node:crypto", "\0__vite-browser-external"])(
    "a module of Node: %s",
    (id) => expect(whyNotInBrowser(id, root)).toBe("it is a module of Node"),
  );
});

describe("the build of the browser's part", () => {
  const entry = at("app/web/ui/made-up.ts");

  /** What a build of a text comes to: an error, or nothing. */
  async function built(text: string): Promise<unknown> {
    const source = { name: "entry", resolveId: (id: string) => (id === entry ? id : null), load };
    function load(id: string): string | null {
      return id === entry ? text : null;
    }
    return build({
      root,
      configFile: false,
      logLevel: "silent",
      resolve: { alias: { "~": at("app") } },
      plugins: [source, browserGuard(root)],
      build: { write: false, minify: false, rollupOptions: { input: entry } },
    }).then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  it.each([
    ["app/core/data/fair-queue.ts", 'import * as it from "~/core/data/fair-queue"; console.log(it);'],
    [
      "app/web/page/safe-redirect.ts",
      'import { safeRedirect } from "~/web/page/safe-redirect"; console.log(safeRedirect);',
    ],
    ["app/web/server/route-template.ts", 'import * as it from "~/web/server/route-template"; console.log(it);'],
    ["app/tasks/domain/task-schema.ts", 'void import("~/tasks/domain/task-schema").then(console.log);'],
    ["its package, jose,", 'import * as it from "jose"; console.log(it);'],
    ["a module of Node", 'import crypto from "node:crypto"; console.log(crypto);'],
  ])("fails with %s in it", async (what, text) => {
    expect(String(await built(text))).toMatch(what);
  });

  it("does not with what is the browser's, or falls away", async () => {
    const text = `
      import { priorities } from "~/tasks/domain/task-values";
      import { safeRedirect } from "~/web/page/safe-redirect";
      console.log(priorities);`;
    expect(await built(text)).toBeUndefined();
  });

  it("is guarded", async () => {
    const config = await loadConfigFromFile({ command: "build", mode: "production" }, at("vite.config.ts"));
    const plugins = (config?.config.plugins ?? []).flat(3) as PluginOption[];
    const guard = plugins.find((plugin) => plugin && "name" in plugin && plugin.name === "holdfast:browser-guard");
    const applies = (isSsrBuild: boolean) => {
      const apply = guard && "apply" in guard ? guard.apply : undefined;
      return typeof apply === "function" && apply({}, { command: "build", mode: "production", isSsrBuild });
    };
    expect([applies(false), applies(true)]).toEqual([true, false]);
  });
});
