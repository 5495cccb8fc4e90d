import { writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "vite";
import { floorsFolder, startFloor } from "../support/floor";
import { root, type Holdfast } from "../support/holdfast";
import { connections, type Plan } from "../support/plan";
import { stop, temporaryFolder } from "../support/processes";
import * as report from "../support/report";
import type { Account } from "../support/seed";
import { takeTurns } from "../support/turns";

type TaskJson = { id: number; title: string; completed: boolean; priority: string; due_date: string | null };

/** The accepted difference in length: React writes `<!-- -->` between some texts. */
const tolerance = 0.03;

/** The page with 50 rows, compared with plain React 18 rendering the same elements from memory. */
export async function measurePage(holdfast: Holdfast, account: Account, plan: Plan): Promise<void> {
  report.heading(`Page: GET /tasks, 50 rows, cookie; ${connections} connections`);
  const url = `${holdfast.origin}/tasks`;
  const headers = { Cookie: account.cookie };
  const html = await (await fetch(url, { headers })).text();

  const floor = await startFloor(await buildFloor(), [await writeInput(holdfast, account, html)], {});
  const bareHtml = await (await fetch(floor.origin)).text();
  compare(withoutScripts(html), withoutScripts(bareHtml), html.length);

  const [subject, bare] = await takeTurns(
    [
      { name: "Holdfast", process: holdfast.process, target: { url, headers } },
      { name: "floor", process: floor.process, target: { url: floor.origin } },
    ],
    plan,
  );
  const ratio = (subject?.perSecond ?? 0) / (bare?.perSecond ?? 0);
  report.verdict("page, share of the floor", ratio.toFixed(2), "≥ 0.5", ratio >= 0.5);
  await stop(floor.process);
}

async function buildFloor(): Promise<string> {
  const outDir = temporaryFolder();
  await build({
    configFile: path.join(floorsFolder, "page/vite.config.ts"),
    root,
    mode: "production",
    build: { outDir },
  });
  return path.join(outDir, "page.mjs");
}

async function writeInput(holdfast: Holdfast, account: Account, html: string): Promise<string> {
  const answer = await fetch(`${holdfast.origin}/api/tasks`, { headers: { Authorization: `Bearer ${account.token}` } });
  const tasks = ((await answer.json()) as TaskJson[]).map(({ id, title, completed, priority, due_date }) => ({
    number: id,
    title,
    completed,
    priority,
    dueDate: due_date,
  }));
  const stylesheet = /<link rel="stylesheet" href="([^"]+)"/.exec(html)?.[1] ?? "";
  const file = path.join(temporaryFolder(), "page.json");
  writeFileSync(file, JSON.stringify({ tasks, total: Number(answer.headers.get("X-Total-Count")), stylesheet }));
  return file;
}

/** Removes what Remix adds to a page for the browser: scripts and their preloads. */
const withoutScripts = (html: string) =>
  html.replace(/<script[^>]*>.*?<\/script>/gs, "").replace(/<link[^>]*rel="modulepreload"[^>]*>/g, "");

const count = (html: string, part: RegExp) => html.match(part)?.length ?? 0;

function compare(ours: string, bare: string, whole: number): void {
  report.line(`HTML: ${whole} characters, of them ${ours.length} without scripts; floor: ${bare.length}`);
  const elements = [ours, bare].map((html) => count(html, /<[a-z]/g));
  report.line(`elements: ${elements[0] ?? 0}; floor: ${elements[1] ?? 0}`);
  const apart = Math.abs(ours.length - bare.length) / ours.length;
  const sameRows = [ours, bare].every((html) => count(html, /<li class="row/g) === 50);
  if (!sameRows || !(apart <= tolerance)) throw new Error("The floor of the page does not draw the same page");
}
