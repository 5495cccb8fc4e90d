import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { newUser, password } from "../../support/people";
import { startServer, type RunningServer } from "../../support/server";

/* The programs of clients/examples, as a stranger runs them, against the running server. */

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ databaseUrl: config().databaseUrl });
});

afterAll(() => server.stop());

const folder = path.resolve(import.meta.dirname, "../../../clients/examples");

type Run = { exitCode: number | null; output: string; errors: string };

function run(command: string, file: string, env: Record<string, string>): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [path.join(folder, file)], {
      env: { PATH: process.env.PATH, NODE_ENV: "production", HOLDFAST_URL: server.url, PASSWORD: password, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [output, errors] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, output, errors }));
  });
}

const story = (entrance: string, task: number, tasks: number, pages: number) =>
  [
    entrance,
    `Added task ${task}, asked for twice`,
    `Listed ${tasks} tasks, pages: ${pages}`,
    `Completed task ${task}`,
    "Deleted it, after an older state was refused",
    "Refreshed the tokens",
    "Signed out",
    "",
  ].join("\n");

describe.each([
  ["curl.sh", "bash", ["bash", "curl", "awk", "sed"]],
  ["node.mjs", process.execPath, []],
  ["python.py", "python3", ["python3"]],
])("%s", (file, command, needed) => {
  beforeAll(() => {
    for (const program of needed)
      if (spawnSync(program, ["--version"], { stdio: "ignore" }).error)
        throw new Error(`The tests of clients/examples/${file} need the program ${program}`);
  });

  it("signs up where there is no account", async () => {
    const email = `${randomUUID()}@example.com`;
    // Quotes and signs that mean something to a shell, to JSON or to a form.
    const secret = `"q" \\ 'ö' & + % $HOME`;
    expect(await run(command, file, { EMAIL: email, PASSWORD: secret })).toEqual({
      exitCode: 0,
      output: story(`Signed up as ${email}`, 1, 1, 1),
      errors: "",
    });
    const again = await run(command, file, { EMAIL: email, PASSWORD: secret });
    expect([again.exitCode, again.errors]).toEqual([0, ""]);
    expect(await db().task.count({ where: { user: { email } } })).toBe(0);
    expect(await db().session.count({ where: { user: { email } } })).toBe(0);
  });

  it("signs in to an account with a long list, walks through it, and leaves it as it was", async () => {
    const user = await newUser();
    const [createdAt, updatedAt] = [new Date(), new Date()];
    const own = Array.from({ length: 120 }, (_, index) => ({
      userId: user.id,
      number: index + 1,
      // What a careless reader would take for a part of the answer around it.
      title: `"id":${index}, <a>; rel="next"`,
      titleKey: `"id":${index}, <a>; rel="next"`,
      createdAt,
      updatedAt,
    }));
    await db().task.createMany({ data: own });
    await db().user.update({ where: { id: user.id }, data: { lastTaskNumber: 120 } });
    expect(await run(command, file, { EMAIL: user.email })).toEqual({
      exitCode: 0,
      output: story(`Signed in as ${user.email}`, 121, 121, 3),
      errors: "",
    });
    expect(await db().task.count({ where: { userId: user.id } })).toBe(120);
  });

  it("says what went wrong and ends with a failure", async () => {
    const user = await newUser();
    const wrong = await run(command, file, { EMAIL: user.email, PASSWORD: "wrong horse battery" });
    expect([wrong.exitCode, wrong.output]).toEqual([1, ""]);
    expect(wrong.errors).toContain("POST /api/auth/signup answered 400");
    expect(wrong.errors).toContain("Email already registered");
    expect((await run(command, file, { EMAIL: user.email, HOLDFAST_URL: "http://127.0.0.1:9" })).exitCode).not.toBe(0);
    const unset = await run(command, file, { EMAIL: "" });
    expect(unset.exitCode).not.toBe(0);
    expect(unset.errors).toContain("EMAIL");
  });
});
