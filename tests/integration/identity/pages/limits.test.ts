import { randomInt, randomUUID } from "node:crypto";
import { afterEach, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { db } from "~/core/data/db.server";
import { formsPerWindow } from "~/services/limits/request-quota";
import { api, newAddress, submit, textOf, visit, type Answer } from "../../../support/http";
import { newCookie, newToken, newUser, password } from "../../../support/people";
import { startServer, type RunningServer, type ServerOptions } from "../../../support/server";

const running: RunningServer[] = [];

async function start(env: ServerOptions["env"] = {}): Promise<RunningServer> {
  const server = await startServer({ databaseUrl: config().databaseUrl, env });
  running.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  await db().rateLimit.deleteMany();
});

/** Puts a counter where so many attempts have been made; the next attempt adds to it. */
const setPoints = (points: number) => db().rateLimit.updateMany({ data: { points } });

const logIn = (server: RunningServer, email: string, given: string, address?: string) =>
  api(server.url, "POST", "/auth/login", { address }, { email, password: given });

function expectLimited(answer: Answer) {
  expect(answer.status).toBe(429);
  const seconds = Number(answer.headers["retry-after"]);
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(3600);
  return answer;
}

it("one account may send 240 forms in a minute; the next comes back with what was typed, and nothing is written", async () => {
  const server = await start();
  const user = await newUser();
  const cookie = await newCookie(user);
  const typed = { intent: "add", title: "", description: "words that stay", priority: "high", dueDate: "2030-01-02" };
  let sent = 0;
  let answer: Answer;
  // If a minute ends in between, the count begins anew.
  do {
    sent += 1;
    answer = await submit(server.url, "/tasks?status=active", typed, { cookie });
  } while (answer.status === 400 && sent <= 2 * formsPerWindow);
  expect(sent).toBeGreaterThan(formsPerWindow);
  expectLimited(answer);
  expect(answer.headers["x-kept-for-later"]).toBe("yes");
  expect(textOf(answer.text)).toContain("So many changes came in a minute that this one was not saved.");
  expect(answer.text).toContain("words that stay");
  expect(answer.text).toContain('value="2030-01-02"');

  const name = { intent: "profile", name: "Not now" };
  expectLimited(await submit(server.url, "/settings", name, { cookie }));
  expect((await db().user.findUniqueOrThrow({ where: { id: user.id } })).name).toBe(user.name);
  expectLimited(await submit(server.url, "/tasks.data", { ...typed, title: "By script" }, { cookie }));
  expect(await db().task.count({ where: { userId: user.id } })).toBe(0);
  expect((await visit(server.url, "/tasks", { cookie })).status).toBe(200);
  const other = await newCookie(await newUser());
  expect((await submit(server.url, "/tasks", { ...typed, title: "Mine" }, { cookie: other })).status).toBe(303);
});

it("sign-in by page and by API count together; both answer 429 with Retry-After and a sentence", async () => {
  const server = await start();
  const user = await newUser();
  const [cookie, token] = [await newCookie(user), await newToken(user)];
  for (let time = 0; time < 5; time++) {
    expect((await logIn(server, user.email, "wrong")).status).toBe(401);
    expect((await submit(server.url, "/login", { email: user.email, password: "wrong" })).status).toBe(400);
  }
  const problem = expectLimited(await logIn(server, user.email, password));
  expect(problem.headers["content-type"]).toBe("application/problem+json");
  expect(problem.json()).toMatchObject({ status: 429, detail: "Too many attempts. Try again in 15 minutes." });

  const secret = `${password} typed`;
  const page = expectLimited(await submit(server.url, "/login", { email: user.email, password: secret }));
  expect(page.cookies).toEqual([]);
  expect(textOf(page.text)).toContain("Too many attempts. Try again in 15 minutes.");
  expect(page.text).toContain(`value="${user.email}"`);
  expect(page.text).not.toContain(secret);

  expect((await visit(server.url, "/tasks", { cookie })).status).toBe(200);
  expect((await api(server.url, "GET", "/tasks", { token })).status).toBe(200);
});

it("a limit survives a restart, and is shared between processes", async () => {
  const [server, other] = await Promise.all([start(), start()]);
  const { email } = await newUser();
  expect((await logIn(server, email, "wrong")).status).toBe(401);
  await setPoints(9);
  expect((await logIn(other, email, "wrong")).status).toBe(401);
  expectLimited(await logIn(server, email, password));
  await server.kill();
  expectLimited(await logIn(await start(), email, password));
});

it("sign-up: 20 an hour, then 429 on the API and the form again on the page", async () => {
  const server = await start();
  const body = () => ({ email: `${randomUUID()}@example.com`, password });
  expect((await api(server.url, "POST", "/auth/signup", {}, body())).status).toBe(201);
  await setPoints(20);
  expectLimited(await api(server.url, "POST", "/auth/signup", {}, body()));
  const fields = { ...body(), name: "Grace", confirmPassword: password };
  const page = expectLimited(await submit(server.url, "/signup", fields));
  expect(page.text).toContain(`value="${fields.email}"`);
  expect(page.text).toContain('value="Grace"');
  expect(page.text).not.toContain(password);
});

it("refresh: 60 a minute for a session, and the token that was refused is still good", async () => {
  const server = await start();
  const { email } = await newUser();
  const { refresh_token } = (await logIn(server, email, password)).json();
  const refresh = (token: unknown) => api(server.url, "POST", "/auth/refresh", {}, { refresh_token: token });
  const first = await refresh(refresh_token);
  expect(first.status).toBe(200);
  await setPoints(60);
  expectLimited(await refresh(first.json().refresh_token));
  await db().rateLimit.deleteMany();
  expect((await refresh(first.json().refresh_token)).status).toBe(200);
});

it("X-Forwarded-For from anybody but a named proxy is not believed", async () => {
  const server = await start();
  const { email } = await newUser();
  expect((await logIn(server, email, "wrong", newAddress())).status).toBe(401);
  await setPoints(10);
  expectLimited(await logIn(server, email, password, newAddress()));
});

it("X-Forwarded-For from a named proxy tells the address, the last one that no proxy wrote", async () => {
  const server = await start({ TRUST_PROXY: "loopback, 10.0.0.0/8" });
  const { email, id } = await newUser();
  const [guesser, other] = [newAddress(), newAddress()];
  expect((await logIn(server, email, "wrong", guesser)).status).toBe(401);
  await setPoints(10);
  expectLimited(await logIn(server, email, password, guesser));
  // What the client itself wrote in front changes nothing, and neither does a proxy behind it.
  expectLimited(await logIn(server, email, password, `${other}, ${guesser}`));
  expectLimited(await logIn(server, email, password, `${other}, ${guesser}, 10.1.2.3`));
  expect((await logIn(server, email, password, other)).status).toBe(200);
  const addresses = (await db().auditEvent.findMany({ where: { userId: id } })).map(({ address }) => address);
  expect(new Set(addresses)).toEqual(new Set([guesser, other]));
});

it.each([
  ["a port", (address: string) => `${address}:${randomInt(1024, 65536)}`],
  ["a port and quotes", (address: string) => `"${address}:${randomInt(1024, 65536)}"`],
  [
    "a port behind what the client wrote",
    (address: string) => `${newAddress()}:1, ${address}:${randomInt(1024, 65536)}`,
  ],
  ["the form of IPv6", (address: string) => `[::ffff:${address}]:${randomInt(1024, 65536)}`],
  ["the address of another proxy with a port", (address: string) => `${address}:1, 10.0.0.7:${randomInt(1024, 65536)}`],
])("an address that a proxy writes with %s is one address", async (_what, written) => {
  const server = await start({ TRUST_PROXY: "loopback, 10.0.0.0/8" });
  const { email, id } = await newUser();
  const address = newAddress();
  for (let time = 0; time < 10; time++)
    expect((await logIn(server, email, "wrong", written(address))).status).toBe(401);
  expectLimited(await logIn(server, email, password, written(address)));
  const events = await db().auditEvent.findMany({ where: { userId: id } });
  expect(new Set(events.map((event) => event.address))).toEqual(new Set([address]));
});

it.each(["unknown", "_hidden", "[", "somewhere.example"])(
  "where a proxy tells of no address, as in %s, the socket's counts",
  async (word) => {
    const server = await start({ TRUST_PROXY: "loopback" });
    const { email, id } = await newUser();
    for (let time = 0; time < 10; time++)
      expect((await logIn(server, email, "wrong", `${newAddress()}, ${word}`)).status).toBe(401);
    expectLimited(await logIn(server, email, password, word));
    const events = await db().auditEvent.findMany({ where: { userId: id } });
    expect(new Set(events.map((event) => event.address))).toEqual(new Set(["127.0.0.1"]));
  },
);

it("a proxy that is not the one named is not believed", async () => {
  const server = await start({ TRUST_PROXY: "10.0.0.0/8" });
  const { email } = await newUser();
  expect((await logIn(server, email, "wrong", newAddress())).status).toBe(401);
  await setPoints(10);
  expectLimited(await logIn(server, email, password, newAddress()));
});

it("RATE_LIMITS=off lets everything through and warns at the start", async () => {
  const server = await start({ RATE_LIMITS: "off" });
  expect(server.log()).toMatch(/"level":40.*RATE_LIMITS=off/);
  const { email } = await newUser();
  for (let time = 0; time < 11; time++) expect((await logIn(server, email, "wrong")).status).toBe(401);
});
