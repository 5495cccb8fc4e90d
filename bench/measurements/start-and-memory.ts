import { startHoldfast, type Holdfast } from "../support/holdfast";
import type { Plan } from "../support/plan";
import { residentMegabytes, sleep, stop, temporaryFolder } from "../support/processes";
import * as report from "../support/report";
import { createAccount, createTasks, password, signInOnPage } from "../support/seed";
import { median } from "../support/statistics";

/** The time until the server is ready, and its memory when idle; in an empty directory and on a second start. */
export async function measureStartAndMemory(plan: Plan): Promise<void> {
  report.heading(`Start and memory: ${plan.starts} times on an empty directory, then again on the same one`);
  const first: { ready: number; rss: number }[] = [];
  const second: { ready: number; rss: number }[] = [];
  for (let turn = 0; turn < plan.starts; turn++) {
    const dataDir = temporaryFolder();
    first.push(await oneStart(dataDir, plan, askEverything));
    second.push(await oneStart(dataDir, plan, askAgain));
  }
  report.tableHead("", "ready after", "memory");
  for (const [name, starts] of [
    ["empty directory", first],
    ["second start", second],
  ] as const) {
    const ready = median(starts.map((start) => start.ready));
    const rss = median(starts.map((start) => start.rss));
    report.row(name, report.ms(ready), report.mb(rss));
    report.verdict(`${name}, ready`, report.ms(ready), "≤ 1500 ms", ready <= 1500);
    report.verdict(`${name}, idle memory`, report.mb(rss), "≤ 140 MB", rss <= 140);
  }
}

async function oneStart(dataDir: string, plan: Plan, ask: (holdfast: Holdfast) => Promise<void>) {
  const holdfast = await startHoldfast(dataDir);
  await ask(holdfast);
  await sleep(plan.idleSeconds * 1000);
  const start = { ready: holdfast.readyAfter, rss: residentMegabytes(holdfast.process) };
  await stop(holdfast.process);
  return start;
}

const email = "one@example.com";

async function askEverything({ origin }: Holdfast): Promise<void> {
  const { token, cookie } = await createAccount(origin, email);
  await createTasks(origin, token, 3);
  await read(origin, token, cookie);
}

async function askAgain({ origin }: Holdfast): Promise<void> {
  const answer = await fetch(`${origin}/api/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  await read(origin, token, await signInOnPage(origin, email));
}

async function read(origin: string, token: string, cookie: string): Promise<void> {
  const get = async (path: string, headers: Record<string, string>) => {
    const answer = await fetch(origin + path, { headers: { ...headers, "Accept-Encoding": "gzip" } });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    await answer.arrayBuffer();
  };
  await get("/", {});
  await get("/healthz", {});
  await get("/favicon.svg", {});
  for (const path of ["/api/tasks", "/api/auth/me"]) await get(path, { Authorization: `Bearer ${token}` });
  for (const path of ["/tasks", "/tasks/1", "/dashboard", "/settings"]) await get(path, { Cookie: cookie });
}
