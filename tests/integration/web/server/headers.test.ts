import { readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { api, send, sendRaw, submit, visit, type Answer } from "../../../support/http";
import { cookieOf, newCookie, newToken, newUser, openSession, password } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

let server: RunningServer;
let secure: RunningServer;
let cookie: string;
let secureCookie: string;
const allowed = "https://app.example.com";

beforeAll(async () => {
  const databaseUrl = config().databaseUrl;
  [server, secure] = await Promise.all([
    startServer({ databaseUrl, env: { CORS_ORIGINS: `${allowed}, http://other.example:8080/` } }),
    startServer({ databaseUrl, env: { PUBLIC_URL: "https://tasks.example.com" } }),
  ]);
  const user = await newUser();
  cookie = await newCookie(user);
  secureCookie = await cookieOf(await openSession(user), { secure: true });
});

afterAll(() => Promise.all([server.stop(), secure.stop()]));

const asset = () => {
  const [name] = readdirSync(path.resolve(import.meta.dirname, "../../../../build/client/assets"));
  return `/assets/${name ?? ""}`;
};

const answers: [string, number, (url: string, cookie: string) => Promise<Answer>][] = [
  ["the home page", 200, (url) => visit(url, "/")],
  ["a page for those who are signed in", 200, (url, own) => visit(url, "/tasks", { cookie: own })],
  ["a page's data", 200, (url, own) => visit(url, "/tasks.data", { cookie: own })],
  ["a redirect", 303, (url) => visit(url, "/settings")],
  ["a page that there is not", 404, (url) => visit(url, "/nowhere")],
  ["a refused form", 400, (url) => submit(url, "/login", { email: "", password: "" })],
  ["a refusal of another site's form", 403, (url) => submit(url, "/login", {}, {}, { Origin: "https://evil.example" })],
  ["a refusal of a method", 405, (url) => send(url, "/", { method: "DELETE" })],
  ["a bad address", 400, (url) => send(url, "/%")],
  ["a form that is too large", 413, (url) => submit(url, "/login", { email: "x".repeat(1_000_001) })],
  ["an asset", 200, (url) => send(url, asset())],
  [
    "an asset that has not changed",
    304,
    async (url) => {
      const { headers } = await send(url, asset());
      return send(url, asset(), { headers: { "If-None-Match": String(headers.etag) } });
    },
  ],
  ["an asset that there is not", 404, (url) => send(url, "/assets/nothing.js")],
  ["an answer of the API", 401, (url) => api(url, "GET", "/tasks")],
  ["nothing on the API", 404, (url) => api(url, "GET", "/nothing")],
  ["an answer without a body", 204, (url) => api(url, "OPTIONS", "/tasks")],
  ["a body that is too large", 413, (url) => send(url, "/api/tasks", { method: "POST", body: "x".repeat(100_001) })],
  ["the health", 200, (url) => send(url, "/healthz")],
  ["the readiness", 200, (url) => send(url, "/readyz")],
];

describe.each(answers)("%s (%d)", (_name, status, ask) => {
  function expectSecure(answer: Answer, https: boolean) {
    expect(answer.status).toBe(status);
    const { headers } = answer;
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
      "x-frame-options": "DENY",
    });
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("object-src 'none'");
    expect(policy).toContain("base-uri 'none'");
    expect(policy).toMatch(/script-src 'self' 'nonce-[\w+/=]{22,}'/);
    expect(policy).not.toMatch(/unsafe-|\*|https?:/);
    expect(headers["x-powered-by"]).toBeUndefined();
    expect(headers["x-request-id"]).toMatch(/^[\da-f-]{36}$/);
    if (https) expect(headers["strict-transport-security"]).toBe("max-age=31536000");
    else expect(headers["strict-transport-security"]).toBeUndefined();
  }

  it("carries the security headers, HSTS only with https", async () => {
    expectSecure(await ask(server.url, cookie), false);
    expectSecure(await ask(secure.url, secureCookie), true);
  });
});

describe("pages", () => {
  it("the nonce is another one every time, and the page's scripts carry it", async () => {
    const nonceOf = (answer: Answer) => /'nonce-([^']+)'/.exec(String(answer.headers["content-security-policy"]))?.[1];
    const [one, other] = [await visit(server.url, "/login"), await visit(server.url, "/login")];
    expect(nonceOf(one)).not.toBe(nonceOf(other));
    const scripts = [...one.text.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
    expect(scripts.length).toBeGreaterThan(0);
    for (const tag of scripts) expect(tag).toContain(`nonce="${nonceOf(one) ?? ""}"`);
    expect(one.text).not.toMatch(/ style=| on\w+="/);
  });

  it.each(["/tasks", "/tasks/1", "/settings", "/dashboard", "/tasks.data", "/login", "/nowhere"])(
    "%s is not to be stored",
    async (at) => {
      expect((await visit(server.url, at, { cookie })).headers["cache-control"]).toBe("no-store");
    },
  );

  it("assets of the build are kept for good", async () => {
    expect((await send(server.url, asset())).headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  });

  it.each([
    "/..%2f..%2fpackage.json",
    "/assets/..%2f..%2f..%2fpackage.json",
    "/assets/../../server/server.js",
    "/.env",
  ])("no file outside of the build is served: %s", async (at) => {
    expect((await send(server.url, at)).status).toBe(404);
  });
});

describe("cookies", () => {
  const signIn = async (url: string, fields: Record<string, string> = {}) => {
    const { email } = await newUser();
    const answer = await submit(url, "/login", { email, password, ...fields });
    expect(answer.status).toBe(303);
    return answer.cookies;
  };

  it("are __Host- and Secure with an https PUBLIC_URL", async () => {
    const cookies = await signIn(secure.url);
    expect(cookies).toHaveLength(1);
    expect(cookies[0]).toMatch(/^__Host-holdfast_session=[\w.-]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  });

  it("are neither without one", async () => {
    expect((await signIn(server.url))[0]).toMatch(/^holdfast_session=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it("outlive the browser only where that was asked for, by seven days", async () => {
    const [cookie = ""] = await signIn(server.url, { remember: "on" });
    const expires = Date.parse(/Expires=([^;]+)/.exec(cookie)?.[1] ?? "");
    const week = 7 * 24 * 60 * 60 * 1000;
    expect(Math.abs(expires - Date.now() - week)).toBeLessThan(60_000);
  });

  it("without the prefix are not read where it belongs, nor the other way round", async () => {
    const session = await openSession(await newUser());
    const [bare, prefixed] = [await cookieOf(session), await cookieOf(session, { secure: true })];
    expect((await visit(secure.url, "/tasks", { cookie: bare })).status).toBe(303);
    expect((await visit(secure.url, "/tasks", { cookie: prefixed })).status).toBe(200);
    expect((await visit(server.url, "/tasks", { cookie: prefixed })).status).toBe(303);
  });
});

describe("CORS", () => {
  const cors = (answer: Answer) =>
    Object.fromEntries(Object.entries(answer.headers).filter(([name]) => name.startsWith("access-control-")));

  it("lets an allowed origin read answers and the headers that matter, without credentials", async () => {
    const token = await newToken(await newUser());
    for (const origin of [allowed, "http://other.example:8080"]) {
      const headers = { Origin: origin, Authorization: `Bearer ${token}` };
      const answer = await send(server.url, "/api/tasks", { headers });
      expect(answer.status).toBe(200);
      expect(cors(answer)).toEqual({
        "access-control-allow-origin": origin,
        "access-control-expose-headers": expect.any(String) as string,
      });
      const exposed = String(answer.headers["access-control-expose-headers"]).split(", ");
      expect(exposed).toEqual(expect.arrayContaining(["X-Total-Count", "Link", "Location", "ETag", "Retry-After"]));
      expect(answer.headers.vary).toMatch(/\bOrigin\b/);
    }
    const refused = await send(server.url, "/api/tasks", { headers: { Origin: allowed } });
    expect([refused.status, refused.headers["access-control-allow-origin"]]).toEqual([401, allowed]);
  });

  it("answers its preflight", async () => {
    const answer = await send(server.url, "/api/tasks/1", {
      method: "OPTIONS",
      headers: {
        Origin: allowed,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization,content-type",
      },
    });
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect(answer.headers["access-control-allow-origin"]).toBe(allowed);
    expect(String(answer.headers["access-control-allow-methods"]).split(", ")).toEqual(
      expect.arrayContaining(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    );
    expect(String(answer.headers["access-control-allow-headers"]).toLowerCase().split(", ")).toEqual(
      expect.arrayContaining(["authorization", "content-type"]),
    );
    expect(answer.headers["access-control-allow-credentials"]).toBeUndefined();
  });

  it.each([
    "https://evil.example",
    "null",
    "https://app.example.com.evil.example",
    "http://app.example.com",
    "https://app.example.com:8443",
    "https://APP.example.com",
    "https://app.example.com/",
  ])("tells %s nothing", async (origin) => {
    for (const method of ["GET", "OPTIONS"]) {
      const headers = { Origin: origin, "Access-Control-Request-Method": "GET" };
      expect(cors(await send(server.url, "/api/tasks", { method, headers }))).toEqual({});
    }
  });

  it("is for /api alone, and for nobody unless origins are named", async () => {
    for (const at of ["/", "/tasks", "/healthz", asset(), "/tasks.data"])
      expect(cors(await send(server.url, at, { headers: { Origin: allowed, Cookie: cookie } }))).toEqual({});
    expect(cors(await send(secure.url, "/api/tasks", { headers: { Origin: "https://tasks.example.com" } }))).toEqual(
      {},
    );
  });
});

it("a page's answer to what is hardly HTTP is no 5xx", async () => {
  for (const head of [
    "GET http://evil.example/tasks HTTP/1.1\r\nHost: evil.example",
    "GET //evil.example/ HTTP/1.1\r\nHost: x",
  ]) {
    const answer = await sendRaw(server.url, `${head}\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 [34]\d\d/);
    expect(answer).not.toMatch(/^location: .*evil\.example\/?$/im);
  }
});
