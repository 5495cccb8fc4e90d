import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { createTask } from "~/tasks/domain/tasks.server";
import { describedApi } from "../../support/api-operations";
import { bodyTexts, headerValues, pathIds, queries, type Operation, type Schema } from "../../support/fuzz";
import { send, type Answer } from "../../support/http";
import { newToken, newUser, openSession, password } from "../../support/people";
import { startServer, type RunningServer } from "../../support/server";

/*
 * Every operation of /api/openapi.json with input made from its own schemas, whole and broken: never a 5xx, and never an
 * answer outside the document, which `send` sees to.
 *
 * FUZZ_SEED=… repeats a run, FUZZ_RUNS=… makes a longer one.
 */

const seed = Number(process.env.FUZZ_SEED ?? 20_261_121);
const runs = Number(process.env.FUZZ_RUNS ?? 60);

type Parameter = { name: string; in: "path" | "query" | "header"; schema: Schema };
type Described = Omit<Operation, "parameters"> & {
  parameters?: (Parameter | { $ref: string })[];
  security?: unknown[];
};

const document = describedApi("http://localhost", { v1: true });

const parameterOf = (parameter: Parameter | { $ref: string }): Parameter =>
  "$ref" in parameter
    ? (document.components.parameters[parameter.$ref.split("/").at(-1) ?? ""] as Parameter)
    : parameter;

const operations = Object.entries(document.paths as object as Record<string, Record<string, unknown>>).flatMap(
  ([path, item]) =>
    Object.entries(item)
      .filter(([method]) => method !== "parameters")
      .map(([method, operation]) => {
        const { parameters = [], ...rest } = operation as Described;
        const shared = (item.parameters ?? []) as (Parameter | { $ref: string })[];
        return { ...rest, path, method: method.toUpperCase(), parameters: [...shared, ...parameters].map(parameterOf) };
      }),
);

let server: RunningServer;
let token: string;
let userId: string;
let email: string;
let refreshTokens: string[];
let freshEmails: string[];

beforeAll(async () => {
  server = await startServer({ databaseUrl: config().databaseUrl, env: { RATE_LIMITS: "off" } });
});

/** An account for each operation: what one has deleted, or signed out, the next one needs. */
beforeEach(async () => {
  const user = await newUser();
  ({ id: userId, email } = user);
  token = await newToken(user);
  freshEmails = Array.from({ length: 200 }, (_, index) => `${index}-${email}`);
  const sessions = await Promise.all(Array.from({ length: 10 }, () => openSession(user, { via: "bearer" })));
  refreshTokens = sessions.map(({ secret }) => secret);
  for (const { actor } of sessions) for (const title of ["One", "Another"]) await createTask(actor, { title });
});

afterAll(() => server.stop());

/** What nobody could make up: with these a request gets further than its form. */
const known = (path: string) => ({
  email: /\/(signup|register)$/.test(path) ? freshEmails : [email],
  username: [email],
  password: [password],
  refresh_token: refreshTokens,
});

function requestsOf({ path, method, parameters, requestBody, security }: (typeof operations)[number]) {
  const named = (place: Parameter["in"]) => parameters.filter((parameter) => parameter.in === place);
  const oddHeaders = fc.dictionary(
    fc.constantFrom(
      ...["Accept", "Content-Encoding", "Accept-Language", "Content-Type", "Cookie", "If-Match", "If-None-Match"],
      ...["Idempotency-Key", "Origin", "Prefer", "X-Forwarded-For", "X-HTTP-Method-Override", "Range"],
    ),
    headerValues,
    { maxKeys: 2 },
  );
  const contents = Object.entries(requestBody?.content ?? {});
  // A body where none is described, too.
  const bodies = contents.length
    ? fc.oneof(
        ...contents.map(([type, { schema }]) => bodyTexts(type, schema, document.components.schemas, known(path))),
      )
    : fc.option(bodyTexts("application/json", {}, {}, {}), { nil: undefined, freq: 3 });
  return fc.record({
    method: fc.constant(method),
    path: fc
      .tuple(pathIds, fc.oneof({ weight: 4, arbitrary: fc.constant("/api") }, owners()))
      .map(([id, base]) => path.replace("{id}", id).replace(/^\/api(?=\/tasks)/, base)),
    query: queries(Object.fromEntries(named("query").map(({ name, schema }) => [name, schema]))),
    // The session that a sign-out ends must not be the one of all other requests.
    fresh: fc.constant(path.endsWith("/logout")),
    authorization: fc.oneof(
      { weight: security ? 1 : 6, arbitrary: fc.constant("good" as const) },
      { weight: 1, arbitrary: fc.option(headerValues, { nil: undefined }) },
    ),
    headers: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, oddHeaders),
    body: bodies,
  });
}

const owners = () =>
  fc.oneof(
    fc.constant(`/api/${userId}`),
    fc.constantFrom("/api/00000000-0000-4000-8000-000000000000", "/api/me", "/api/1", "/api/%00", "/API"),
  );

type Sent = {
  method: string;
  path: string;
  query: string;
  fresh: boolean;
  authorization: string | undefined;
  headers: Record<string, string>;
  body: { type: string; text: string } | undefined;
};

async function ask({ method, path, query, fresh, authorization, headers, body }: Sent): Promise<Answer> {
  const bearer = fresh ? await newToken(await newUser()) : token;
  const answer = await send(server.url, path + query, {
    method,
    headers: {
      ...(authorization === undefined
        ? {}
        : { Authorization: authorization === "good" ? `Bearer ${bearer}` : authorization }),
      ...(body ? { "Content-Type": body.type } : {}),
      ...headers,
    },
    body: body?.text,
  });
  expect(answer.status).toBeLessThan(500);
  return answer;
}

describe("any input", () => {
  it.each(operations.map((operation) => [operation.operationId, operation] as const))(
    "to %s is answered as described",
    async (operationId, operation) => {
      const statuses = new Set<number>();
      await fc.assert(
        fc.asyncProperty(requestsOf(operation), async (request) => {
          statuses.add((await ask(request)).status);
        }),
        { seed, numRuns: runs },
      );
      // Requests that never get in, or are never refused, would prove nothing.
      expect([...statuses].some((status) => status < 300)).toBe(true);
      if (operationId !== "readDescription") expect([...statuses].some((status) => status >= 400)).toBe(true);
    },
    Math.max(30_000, runs * 100),
  );
});
