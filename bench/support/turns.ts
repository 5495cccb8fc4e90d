import type { ChildProcess } from "node:child_process";
import { fullLoad, type LoadResult, type Target } from "./load";
import { connections, type Plan } from "./plan";
import { cpuMilliseconds, residentMegabytes } from "./processes";
import * as report from "./report";
import { median } from "./statistics";

/** One side of a comparison. */
export type Side = Readonly<{ name: string; process: ChildProcess; target: Target; connections?: number }>;

export type Figures = Readonly<{ perSecond: number; p50: number; p99: number; cpu: number; rss: number }>;

type Turn = LoadResult & { cpu: number };

/**
 * Measures subject and floor in turns, A B A B, so that a slow moment of the machine affects both. Returns the medians
 * of all turns.
 */
export async function takeTurns(sides: readonly Side[], plan: Plan): Promise<Figures[]> {
  for (const side of sides) await oneTurn(side, plan.warmUpSeconds);
  const turns = sides.map((): Turn[] => []);
  for (let round = 0; round < plan.rounds; round++)
    for (const [index, side] of sides.entries()) turns[index]?.push(await oneTurn(side, plan.seconds));

  report.tableHead("", "requests", "p50", "p99", "CPU/request", "memory");
  return sides.map((side, index) => {
    const of = (figure: (turn: Turn) => number) => median((turns[index] ?? []).map(figure));
    const figures = {
      perSecond: of((turn) => turn.perSecond),
      p50: of((turn) => turn.p50),
      p99: of((turn) => turn.p99),
      cpu: of((turn) => turn.cpu),
      rss: residentMegabytes(side.process),
    };
    report.row(
      side.name,
      report.rate(figures.perSecond),
      report.ms(figures.p50),
      report.ms(figures.p99),
      report.ms(figures.cpu),
      report.mb(figures.rss),
    );
    return figures;
  });
}

async function oneTurn(side: Side, seconds: number): Promise<Turn> {
  const before = cpuMilliseconds(side.process);
  const result = await fullLoad(side.target, side.connections ?? connections, seconds);
  return { ...result, cpu: (cpuMilliseconds(side.process) - before) / result.times.length };
}
