import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import path from "node:path";
import type { InstalledNode } from "./node";

const account = { email: "ada@example.com", password: "a bench with a holdfast" };
const page = { "Content-Type": "application/x-www-form-urlencoded", Accept: "text/html" };
const json = { "Content-Type": "application/json" };

/**
 * The first steps of an operator and a person: `npm start` on a fresh clone, sign-up, a task, a restart, sign-in, a
 * check that the task is still there, SIGTERM.
 *
 * @param root - a clean copy of the program, in which `npm ci` was run by this Node
 * @throws AssertionError if a check fails
 */
export async function walk(node: InstalledNode, root: string): Promise<void> {
  const dataDir = path.join(root, "data");
  rmSync(dataDir, { recursive: true, force: true });

  const first = await serve(node, [node.npm, "start"], root);
  const signUp = { ...account, name: "Ada", confirmPassword: account.password };
  const cookie = await cookieOf(first.url, "/signup", signUp);
  const title = `A task of ${path.basename(root)}`;
  const token = await tokenOf(first.url);
  const made = await fetch(`${first.url}/api/tasks`, {
    method: "POST",
    headers: { ...json, Authorization: `Bearer ${token}` },
    body: JSON.stringify({ title }),
  });
  assert.equal(made.status, 201);
  await first.stop();

  // Started like a process manager does, because npm's exit code says little about its child's.
  const second = await serve(node, ["build/server/server.js"], root);
  for (const kept of [cookie, await cookieOf(second.url, "/login", account)]) {
    const tasks = await fetch(`${second.url}/tasks`, { headers: { Cookie: kept } });
    assert.equal(tasks.status, 200);
    assert.ok((await tasks.text()).includes(title), "The list of tasks does not show the task");
  }
  for (const kept of [token, await tokenOf(second.url)]) {
    const tasks = await fetch(`${second.url}/api/tasks`, { headers: { Authorization: `Bearer ${kept}` } });
    assert.deepEqual(
      ((await tasks.json()) as { title: string }[]).map((task) => task.title),
      [title],
    );
  }
  assert.equal(await second.stop(), 0, "SIGTERM ends the server with another code than 0");
}

/** Sends a form that signs somebody in, and returns the cookie. */
async function cookieOf(url: string, at: string, fields: Record<string, string>): Promise<string> {
  const answer = await fetch(url + at, {
    method: "POST",
    redirect: "manual",
    headers: { ...page, Origin: url },
    body: new URLSearchParams(fields),
  });
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.get("Location"), "/tasks");
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";", 1)[0])
    .join("; ");
}

async function tokenOf(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/auth/login`, { method: "POST", headers: json, body: JSON.stringify(account) });
  assert.equal(answer.status, 200);
  return ((await answer.json()) as { access_token: string }).access_token;
}

/**
 * Starts the server on a free port and waits until it listens. If the process ends first, this fails with its output.
 */
async function serve(node: InstalledNode, words: string[], root: string) {
  const child = node.start(words, root, { PORT: "0" });
  const endWithUs = () => signal(child, "SIGKILL");
  process.once("exit", endWithUs);
  let output = "";
  const closed = once(child, "close").then(([code]) => {
    process.off("exit", endWithUs);
    return code as number | null;
  });
  const listening = new Promise<string>((resolve) => {
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
      const port = /"port":(\d+)/.exec(output)?.[1];
      if (port) resolve(port);
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
  });
  const port = await Promise.race([listening, closed.then(() => undefined)]);
  if (port === undefined) throw new Error(`The server ended before it listened:\n${output}`);
  return {
    url: `http://localhost:${port}`,
    /**
     * Sends SIGTERM to the whole group, including npm and its shell. Returns the leader's exit code when all have
     * ended.
     */
    stop: () => {
      signal(child, "SIGTERM");
      return closed;
    },
  };
}

function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid !== undefined) process.kill(-pid, name);
}
