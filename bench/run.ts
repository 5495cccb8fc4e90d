import { availableParallelism, loadavg } from "node:os";
import { measureApiList } from "./measurements/api-list";
import { measurePage } from "./measurements/page";
import { countQueries } from "./measurements/queries";
import { measureSignIn } from "./measurements/sign-in";
import { measureStartAndMemory } from "./measurements/start-and-memory";
import { weighPage } from "./measurements/weight";
import { startHoldfast } from "./support/holdfast";
import { fullPlan, quickPlan } from "./support/plan";
import { cleanUpAtExit, stop, temporaryFolder } from "./support/processes";
import * as report from "./support/report";
import { createAccount, createTasks } from "./support/seed";

/**
 * `npm run bench`: measures the production build and its floors in one run on one machine, because absolute figures
 * vary between machines and ratios do not. `--quick` makes a short run. Names of measurements (api, page, weight,
 * sign-in, start, queries) run only those.
 *
 * The exit code is 0 if the measurements worked, whatever the timed verdicts, and 1 if a size or a number of queries is
 * over its limit, since those do not depend on the machine. See docs/performance.md.
 */
async function run(args: readonly string[]): Promise<number> {
  const plan = args.includes("--quick") ? quickPlan : fullPlan;
  const chosen = args.filter((arg) => !arg.startsWith("--"));
  const wants = (name: string) => chosen.length === 0 || chosen.includes(name);

  const began = performance.now();
  report.line(`Node ${process.version}, ${availableParallelism()} cores shared with the load generator`);
  report.line(
    `load average before: ${loadavg()[0]?.toFixed(1) ?? "unknown"}; above 1, read the timed verdicts with care`,
  );
  report.line(`${plan.rounds} turns of ${plan.seconds} s each, medians; log at level info, rate limits off under load`);

  if (["api", "page", "weight", "sign-in"].some(wants)) {
    const dataDir = temporaryFolder();
    const holdfast = await startHoldfast(dataDir, { RATE_LIMITS: "off" });
    const reader = await createAccount(holdfast.origin, "reader@example.com");
    await createTasks(holdfast.origin, reader.token, 100);
    const others = [];
    for (let index = 1; index < 8; index++)
      others.push(await createAccount(holdfast.origin, `reader${index}@example.com`));

    if (wants("weight")) await weighPage(holdfast, reader);
    if (wants("api")) await measureApiList(holdfast, dataDir, reader, plan);
    if (wants("page")) await measurePage(holdfast, reader, plan);
    if (wants("sign-in")) await measureSignIn(holdfast, [reader, ...others], plan);
    await stop(holdfast.process);
  }
  if (wants("queries")) await countQueries();
  if (wants("start")) await measureStartAndMemory(plan);

  const good = report.summary();
  report.line(`Took ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return good ? 0 : 1;
}

cleanUpAtExit();
process.exit(await run(process.argv.slice(2)));
