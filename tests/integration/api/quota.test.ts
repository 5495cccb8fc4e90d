import { afterAll, beforeAll, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { api, type Answer } from "../../support/http";
import { newToken, newUser } from "../../support/people";
import { startServer, type RunningServer } from "../../support/server";

let server: RunningServer;
let unlimited: RunningServer;

beforeAll(async () => {
  const databaseUrl = config().databaseUrl;
  [server, unlimited] = await Promise.all([
    startServer({ databaseUrl, env: { API_RATE_LIMIT: "3" } }),
    startServer({ databaseUrl, env: { API_RATE_LIMIT: "3", RATE_LIMITS: "off" } }),
  ]);
});

afterAll(() => Promise.all([server.stop(), unlimited.stop()]));

const list = (token: string, { url } = server) => api(url, "GET", "/tasks", { token });

/** What is left and for how many seconds, by the header. */
function left(answer: Answer): [number, number] {
  const [, remaining, seconds] = /^"token";r=(\d+);t=(\d+)$/.exec(String(answer.headers.ratelimit)) ?? [];
  return [Number(remaining), Number(seconds)];
}

it("a token may send so many requests in a minute, and is told where it stands", async () => {
  const user = await newUser();
  const answers: Answer[] = [];
  // Four in one window: begin anew, with another token, if a minute ended in between.
  do {
    answers.length = 0;
    const token = await newToken(user);
    while (answers.length < 4) answers.push(await list(token));
  } while (new Set(answers.slice(1).map((answer, at) => left(answer)[1] > left(answers[at] as Answer)[1])).has(true));

  expect(answers.slice(0, 3).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(answers.map((answer) => left(answer)[0])).toEqual([2, 1, 0, 0]);
  for (const { headers } of answers) expect(headers["ratelimit-policy"]).toBe('"token";q=3;w=60');
  const refused = answers[3];
  expect(refused?.status).toBe(429);
  expect(refused?.headers["retry-after"]).toBe(String(left(refused as Answer)[1]));
  expect(refused?.headers["content-type"]).toBe("application/problem+json");

  const other = await list(await newToken(user));
  expect([other.status, left(other)[0]]).toEqual([200, 2]);
});

it("all tokens of one account together have five quotas", async () => {
  const user = await newUser();
  const statuses: number[] = [];
  // If a minute ends in between, the count begins anew.
  while (!statuses.includes(429) && statuses.length < 32) statuses.push((await list(await newToken(user))).status);
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(15);
  expect(statuses.at(-1)).toBe(429);
  expect((await list(await newToken(await newUser()))).status).toBe(200);
});

it("nothing is counted without a token, and nothing at all with the limits off", async () => {
  for (let n = 0; n < 5; n++) {
    const answer = await list("nonsense");
    expect([answer.status, answer.headers.ratelimit]).toEqual([401, undefined]);
  }
  const token = await newToken(await newUser());
  for (let n = 0; n < 5; n++) {
    const answer = await list(token, unlimited);
    expect([answer.status, answer.headers.ratelimit]).toEqual([200, undefined]);
  }
});
