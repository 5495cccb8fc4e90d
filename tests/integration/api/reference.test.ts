import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { describedApi } from "../../support/api-operations";
import { api, visit } from "../../support/http";
import { newUser, password } from "../../support/people";
import { startServer, type RunningServer } from "../../support/server";

/** The commands of /docs and /docs/api, taken from the pages and run as they stand, in their order. */

let server: RunningServer;
let folder: string;

beforeAll(async () => {
  server = await startServer({ databaseUrl: config().databaseUrl });
  folder = mkdtempSync(path.join(tmpdir(), "holdfast-curl-"));
  // The commands stay as they are; curl's own settings add the status as the last line.
  writeFileSync(path.join(folder, ".curlrc"), 'silent\nshow-error\nnoproxy = "*"\nwrite-out = "\\n%{http_code}\\n"\n');
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.stop();
});

function run(script: string, variables: Record<string, string> = {}): string {
  const { stdout, stderr, error } = spawnSync("bash", ["--norc", "-c", script], {
    cwd: folder,
    env: { PATH: process.env.PATH, CURL_HOME: folder, NODE_ENV: "test", ...variables },
    encoding: "utf8",
  });
  if (error) throw error;
  if (/curl.*(not found|No such file)/.test(stderr)) throw new Error(`These tests need curl on the PATH: ${stderr}`);
  expect(stderr).toBe("");
  return stdout;
}

const unescape = (html: string) =>
  html
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'")
    .replaceAll("&amp;", "&");

type Block = { label: string; text: string };

/** The lines of code on a page, or a part of it. */
const blocksOf = (html: string): Block[] =>
  [...html.matchAll(/<pre [^>]*aria-label="([^"]*)"[^>]*><code>(.*?)<\/code><\/pre>/gs)].map(
    ([, label = "", text = ""]) => ({ label: unescape(label), text: unescape(text) }),
  );

const commandsOf = (html: string) => blocksOf(html).filter(({ label }) => label.startsWith("Command: "));

type Operations = Record<string, { operationId: string; responses: object } | undefined>;

/** The status that a call answers with when all is well, by its name in the description. */
const successes = Object.fromEntries(
  Object.values(describedApi("http://localhost", { v1: true }).paths).flatMap((item) =>
    Object.values(item as Operations).flatMap((operation) =>
      operation && "operationId" in operation
        ? [[operation.operationId, Object.keys(operation.responses).find((status) => status.startsWith("2"))]]
        : [],
    ),
  ),
);

describe("/docs/api", () => {
  it("every command works when it is pasted, from the top of each section to its end", async () => {
    const page = await visit(server.url, "/docs/api");
    expect(page.status).toBe(200);
    const answers: [id: string, status: string | undefined][] = [];
    for (const section of page.text.split("<section ").slice(1)) {
      await db().user.deleteMany({ where: { email: "ann@example.com" } });
      const { email } = await newUser();
      const signedIn = await api(server.url, "POST", "/auth/login", {}, { email, password });
      const { access_token: TOKEN = "", refresh_token: REFRESH_TOKEN = "" } = signedIn.json<Record<string, string>>();
      for (const part of section.split("<article ").slice(1)) {
        const id = /^aria-labelledby="(\w+)"/.exec(part)?.[1] ?? "";
        for (const { text } of commandsOf(part))
          answers.push([id, run(text, { TOKEN, REFRESH_TOKEN }).trim().split("\n").at(-1)]);
      }
    }
    expect(answers).toEqual(answers.map(([id]) => [id, successes[id]]));
    expect(new Set(answers.map(([id]) => id))).toEqual(new Set(Object.keys(successes)));
    // Two calls take one media type more.
    expect(answers.length).toBe(Object.keys(successes).length + 2);
  });

  it("is drawn without JavaScript, each anchor is there, and the document is linked", async () => {
    const { text } = await visit(server.url, "/docs/api");
    const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    const anchors = [...text.matchAll(/href="\/docs\/api#([^"]+)"/g)].map(([, id]) => id);
    expect(anchors.length).toBeGreaterThan(Object.keys(successes).length);
    for (const anchor of anchors) expect(ids).toContain(anchor);
    expect(text).toContain('href="/api/openapi.json"');
  });
});

describe("/docs", () => {
  it("every command works when it is pasted, one after the other into one shell", async () => {
    await db().user.deleteMany({ where: { email: "ann@example.com" } });
    const { text } = await visit(server.url, "/docs");
    const commands = commandsOf(text);
    const again = commands.filter(({ label }) => label.includes("once, however often"));
    // A page of one task, so that there is a next page to follow.
    const walk = commands.filter(({ label }) => label === "Command: all pages");
    const short = walk.map((block) => ({ ...block, text: block.text.replace("limit=100", "limit=1") }));
    const all = [...commands, ...again, ...short].map((block) => `${block.text}\nprintf '\\n=====\\n'`).join("\n");
    const printed = run(all).split("\n=====\n").slice(0, -1);
    expect(printed.map((one) => one.match(/^\d{3}$|^You are signed in$/gm))).toEqual([
      ["201"],
      ["You are signed in"],
      ["201"],
      ["200"],
      ["You are signed in"],
      ["422"],
      ["200"],
      ["200"],
      ["201"],
      ["200"],
      ["201"],
      ["200", "200"],
    ]);
    const json = (index: number) => JSON.parse(printed[index]?.trim().split("\n")[0] ?? "") as Record<string, unknown>;
    expect(printed[6]).toMatch(/^X-Total-Count: 1\r?$/im);
    expect(json(9)).toMatchObject({ id: 1, completed: true });
    expect(json(10)).toEqual(json(8));
    const shown = blocksOf(text).find(({ label }) => label === "A problem document")?.text ?? "";
    expect(json(5)).toEqual(JSON.parse(shown));
  });

  it("links the page of every problem that has one", async () => {
    const { text } = await visit(server.url, "/docs");
    const linked = [...text.matchAll(/href="(\/problems\/[^"]+)"/g)].map(([, at = ""]) => at);
    expect(linked.length).toBeGreaterThan(3);
    for (const at of linked) expect([at, (await visit(server.url, at)).status]).toEqual([at, 200]);
  });
});
