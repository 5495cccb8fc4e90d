import Database from "better-sqlite3";
import path from "node:path";
import { floorsFolder, startFloor } from "../support/floor";
import { jwtSecret, type Holdfast } from "../support/holdfast";
import { connections, type Plan } from "../support/plan";
import { stop } from "../support/processes";
import * as report from "../support/report";
import type { Account } from "../support/seed";
import { takeTurns } from "../support/turns";

/** GET /api/tasks, 50 of 100 tasks, compared with plain `node:http` and better-sqlite3. */
export async function measureApiList(holdfast: Holdfast, dataDir: string, account: Account, plan: Plan): Promise<void> {
  report.heading(`API list: GET /api/tasks, 50 of 100 tasks, bearer; ${connections} connections`);
  const copy = path.join(dataDir, "floor.db");
  const database = new Database(path.join(dataDir, "holdfast.db"), { readonly: true });
  await database.backup(copy);
  database.close();

  const floor = await startFloor(path.join(floorsFolder, "api.mjs"), [copy], { JWT_SECRET_KEY: jwtSecret });
  const headers = { Authorization: `Bearer ${account.token}` };
  const subjectUrl = `${holdfast.origin}/api/tasks`;
  const floorUrl = `${floor.origin}/api/tasks`;
  const [ours, theirs] = await Promise.all(
    [subjectUrl, floorUrl].map(async (url) => (await fetch(url, { headers })).text()),
  );
  if (ours !== theirs) throw new Error("The floor of the API list does not answer the same JSON");

  const [subject, bare] = await takeTurns(
    [
      { name: "Holdfast", process: holdfast.process, target: { url: subjectUrl, headers } },
      { name: "floor", process: floor.process, target: { url: floorUrl, headers } },
    ],
    plan,
  );
  const ratio = (subject?.perSecond ?? 0) / (bare?.perSecond ?? 0);
  report.verdict("API list, share of the floor", ratio.toFixed(2), "≥ 0.25", ratio >= 0.25);
  await stop(floor.process);
}
