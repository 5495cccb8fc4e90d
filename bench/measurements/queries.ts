import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root, startHoldfast } from "../support/holdfast";
import { sleep, stop, temporaryFolder } from "../support/processes";
import * as report from "../support/report";
import { createAccount, createTasks, password } from "../support/seed";

const mostQueries = 3;

/** Counts the statements that reach the database, on a server of its own with an instrumented driver. */
export async function countQueries(): Promise<void> {
  report.heading("Database queries a request");
  const file = path.join(temporaryFolder(), "statements");
  writeFileSync(file, "");
  const holdfast = await startHoldfast(temporaryFolder(), {
    RATE_LIMITS: "off",
    NODE_OPTIONS: `--import ${pathToFileURL(path.join(root, "bench/preload/count-queries.mjs")).href}`,
    BENCH_STATEMENTS: file,
  });
  const { origin } = holdfast;
  const { token, cookie, email } = await createAccount(origin, "counted@example.com");
  await createTasks(origin, token, 60);

  const count = async (name: string, url: string, init: RequestInit): Promise<number> => {
    writeFileSync(file, "");
    const answer = await fetch(origin + url, init);
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
    await answer.arrayBuffer();
    await sleep(50);
    const statements = readFileSync(file, "utf8").split("\n").slice(0, -1);
    report.row(name, String(statements.length));
    return statements.length;
  };
  const list = await count("GET /api/tasks", "/api/tasks", { headers: { Authorization: `Bearer ${token}` } });
  const page = await count("GET /tasks", "/tasks", { headers: { Cookie: cookie } });
  await count("POST /api/auth/login", "/api/auth/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  for (const [name, queries] of [
    ["API list, queries", list],
    ["page, queries", page],
  ] as const)
    report.verdict(name, String(queries), `1 to ${mostQueries}`, queries >= 1 && queries <= mostQueries, true);
  await stop(holdfast.process);
}
