import autocannon from "autocannon";
import { Agent, request } from "node:http";
import { percentile } from "./statistics";

/** Two kinds of load: as fast as the answers arrive, and at a steady rate. */

export type LoadResult = Readonly<{ perSecond: number; p50: number; p99: number; times: readonly number[] }>;

export type Target = Readonly<{
  url: string;
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  /** Sent in rotation. */
  bodies?: readonly string[];
}>;

function summarize(times: readonly number[], seconds: number): LoadResult {
  return {
    perSecond: times.length / seconds,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    times,
  };
}

/**
 * Every connection sends its next request as soon as it has an answer.
 *
 * @throws Error if an answer is not 2xx, because errors are often faster
 */
export async function fullLoad(target: Target, connections: number, seconds: number): Promise<LoadResult> {
  const times: number[] = [];
  const began = performance.now();
  let last = began;
  const options: autocannon.Options = {
    url: target.url,
    connections,
    duration: seconds,
    // How often autocannon checks whether the time is over, in milliseconds.
    sampleInt: 100,
    requests: (target.bodies ?? [undefined]).map((body) => ({
      method: target.method ?? "GET",
      headers: target.headers ?? {},
      body,
    })),
  };
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(options, (error: unknown, done) => {
      if (error) reject(error instanceof Error ? error : new Error("The load generator failed", { cause: error }));
      else resolve(done);
    });
    instance.on("response", (_client, _status, _bytes, milliseconds) => {
      // Measured here, because autocannon's own figures are whole milliseconds.
      times.push(milliseconds);
      last = performance.now();
    });
  });
  if (result.non2xx || result.errors || result.timeouts)
    throw new Error(`${target.url}: ${result.non2xx} answers were not 2xx, ${result.errors} failed`);
  return summarize(times, (last - began) / 1000);
}

/**
 * Sends requests at even intervals, whether or not earlier ones have been answered. Real people do the same, and a
 * server that stalls gets no fewer requests meanwhile.
 */
export async function steadyLoad(target: Target, perSecond: number, seconds: number): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true });
  const times: number[] = [];
  const failures: unknown[] = [];
  const began = performance.now();
  const all: Promise<void>[] = [];
  for (let sent = 0; sent < perSecond * seconds; sent++) {
    const due = began + (sent * 1000) / perSecond;
    await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
    all.push(
      timeOne(target, agent)
        .then((time) => void times.push(time))
        .catch((error: unknown) => void failures.push(error)),
    );
  }
  await Promise.all(all);
  agent.destroy();
  if (failures.length) throw new Error(`${failures.length} requests failed`, { cause: failures[0] });
  return summarize(times, (performance.now() - began) / 1000);
}

function timeOne({ url, headers }: Target, agent: Agent): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    request(url, { agent, headers }, (answer) => {
      answer.on("error", reject);
      answer.on("end", () => {
        if (answer.statusCode === 200) resolve(performance.now() - began);
        else reject(new Error(`${url} answered ${answer.statusCode ?? "nothing"}`));
      });
      answer.resume();
    })
      .on("error", reject)
      .end();
  });
}
