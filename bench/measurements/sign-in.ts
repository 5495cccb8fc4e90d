import { availableParallelism } from "node:os";
import path from "node:path";
import { floorsFolder } from "../support/floor";
import { plainEnvironment, root, type Holdfast } from "../support/holdfast";
import { fullLoad, steadyLoad, type Target } from "../support/load";
import { pageRate, signInConnections, type Plan } from "../support/plan";
import { cpuMilliseconds, readUntil, residentMegabytes, startNode } from "../support/processes";
import * as report from "../support/report";
import { password, type Account } from "../support/seed";
import { median, percentile } from "../support/statistics";

/** Sign-in compared with argon2id alone, and its effect on people who read their tasks at the same time. */
export async function measureSignIn(holdfast: Holdfast, accounts: readonly Account[], plan: Plan): Promise<void> {
  report.heading(
    `Sign-in: POST /api/auth/login, right password, ${accounts.length} accounts; ${signInConnections} connections`,
  );
  const signIn: Target = {
    url: `${holdfast.origin}/api/auth/login`,
    method: "POST",
    headers: { "Content-Type": "application/json" },
    bodies: accounts.map(({ email }) => JSON.stringify({ email, password })),
  };
  await throughput(holdfast, signIn, plan);
  const [reader] = accounts;
  if (reader) await fairness(holdfast, signIn, reader, plan);
}

async function throughput(holdfast: Holdfast, signIn: Target, plan: Plan): Promise<void> {
  await fullLoad(signIn, signInConnections, plan.warmUpSeconds);
  const atOnce = await fastest(plan);
  const ours: { perSecond: number; p50: number; p99: number; cpu: number }[] = [];
  const bare: number[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    const before = cpuMilliseconds(holdfast.process);
    const result = await fullLoad(signIn, signInConnections, plan.seconds);
    ours.push({ ...result, cpu: (cpuMilliseconds(holdfast.process) - before) / result.times.length });
    bare.push(await argon2Alone(atOnce, plan.seconds));
  }
  const perSecond = median(ours.map((turn) => turn.perSecond));
  report.tableHead("", "sign-ins", "p50", "p99", "CPU/request", "memory");
  report.row(
    "Holdfast",
    report.rate(perSecond),
    report.ms(median(ours.map((turn) => turn.p50))),
    report.ms(median(ours.map((turn) => turn.p99))),
    report.ms(median(ours.map((turn) => turn.cpu))),
    report.mb(residentMegabytes(holdfast.process)),
  );
  report.row(`floor (argon2id, ${atOnce} at once)`, report.rate(median(bare)));
  const ratio = perSecond / median(bare);
  report.verdict("sign-in, share of argon2id alone", ratio.toFixed(2), "≥ 0.7", ratio >= 0.7);
}

/** Finds the number of concurrent hashes at which the floor is fastest on this machine. */
async function fastest(plan: Plan): Promise<number> {
  let best = { atOnce: 1, perSecond: 0 };
  for (const atOnce of new Set([1, availableParallelism(), 2 * availableParallelism()])) {
    const perSecond = await argon2Alone(atOnce, plan.warmUpSeconds / 2);
    if (perSecond > best.perSecond) best = { atOnce, perSecond };
  }
  return best.atOnce;
}

async function argon2Alone(atOnce: number, seconds: number): Promise<number> {
  const args = [String(atOnce), String(seconds)];
  const child = startNode(path.join(floorsFolder, "argon2.mjs"), args, plainEnvironment(), root);
  const { perSecond } = await readUntil(child, (text) => JSON.parse(text) as { perSecond: number });
  return perSecond;
}

/** The page at a steady rate, alone and while sign-ins arrive at full load. All turns count together. */
async function fairness(holdfast: Holdfast, signIn: Target, reader: Account, plan: Plan): Promise<void> {
  const page: Target = { url: `${holdfast.origin}/tasks`, headers: { Cookie: reader.cookie } };
  const alone: number[] = [];
  const during: number[] = [];
  await steadyLoad(page, pageRate, 1);
  for (let round = 0; round < plan.rounds; round++) {
    alone.push(...(await steadyLoad(page, pageRate, plan.seconds)).times);
    // The flood begins before the measurement and ends after it.
    const flood = fullLoad(signIn, signInConnections, plan.seconds + 0.6);
    await new Promise((resolve) => setTimeout(resolve, 300));
    during.push(...(await steadyLoad(page, pageRate, plan.seconds)).times);
    await flood;
  }
  report.tableHead(`GET /tasks, ${pageRate} a second`, "requests", "p50", "p99");
  for (const [name, times] of [
    ["alone", alone],
    ["during sign-ins", during],
  ] as const)
    report.row(name, String(times.length), report.ms(percentile(times, 0.5)), report.ms(percentile(times, 0.99)));
  const factor = percentile(during, 0.99) / percentile(alone, 0.99);
  report.verdict("page p99 during sign-ins, factor", factor.toFixed(1), "≤ 3", factor <= 3);
}
