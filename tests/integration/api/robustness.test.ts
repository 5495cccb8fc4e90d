import fc from "fast-check";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { api, send, sendRaw, type Answer } from "../../support/http";
import { newToken, newUser } from "../../support/people";
import { startServer, type RunningServer } from "../../support/server";

/* Bad input of every kind: a problem document, never a 5xx, never HTML. */

let server: RunningServer;
let token: string;

beforeAll(async () => {
  server = await startServer({ databaseUrl: config().databaseUrl });
  token = await newToken(await newUser());
});

afterAll(() => server.stop());

function expectProblem(answer: Answer, ...statuses: number[]) {
  expect(statuses).toContain(answer.status);
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  expect(answer.headers["cache-control"]).toBe("no-store");
  expect(answer.json()).toMatchObject({ status: answer.status, type: "about:blank" });
}

const post = (
  body: string | Buffer,
  type: string | undefined = "application/json",
  more: Record<string, string> = {},
) =>
  send(server.url, "/api/tasks", {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, ...(type ? { "Content-Type": type } : {}), ...more },
    body,
  });

describe("bodies", () => {
  it.each([
    ["nothing", ""],
    ["a word", "title"],
    ["half an object", '{"title":'],
    ["single quotes", "{'title':'a'}"],
    ["a comma too many", '{"title":"a",}'],
    ["a comment", '{"title":"a"}//'],
    ["two values", '{"title":"a"}{}'],
    ["a form", "title=a"],
    ["invalid UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ["UTF-16", Buffer.from('{"title":"a"}', "utf16le")],
    ["NaN", '{"title":NaN}'],
    ["deep nesting that does not end", "[".repeat(99_000)],
  ])("400 to malformed JSON: %s", async (_name, body) => {
    expectProblem(await post(body), 400);
  });

  it.each(["[]", '[{"title":"a"}]', '"title"', "5", "null", "true", `${"[".repeat(20_000)}${"]".repeat(20_000)}`])(
    "422 to JSON that is no object: %.20s",
    async (body) => {
      expectProblem(await post(body), 422);
    },
  );

  it.each([
    ["__proto__", '{"title":"a","__proto__":{"completed":true}}', "/__proto__"],
    ["constructor", '{"title":"a","constructor":{"prototype":{"x":1}}}', "/constructor"],
    ["toString", '{"title":"a","toString":1}', "/toString"],
    ["an empty name", '{"title":"a","":1}', "/"],
    ["a deep one", `{"title":"a","x":${'{"x":'.repeat(5_000)}1${"}".repeat(5_000)}}`, "/x"],
  ])("422 to a field of the name %s", async (_name, body, pointer) => {
    const answer = await post(body);
    expectProblem(answer, 422);
    expect(answer.json()).toMatchObject({ errors: [{ pointer }] });
  });

  it("422 to thousands of fields names a hundred of them", async () => {
    const answer = await post(`{${Array.from({ length: 9_000 }, (_, index) => `"k${index}":1`).join(",")}}`);
    expectProblem(answer, 422);
    expect(answer.json<{ errors: unknown[] }>().errors).toHaveLength(100);
  });

  it("413 above 100 kB, and not below", async () => {
    const ofBytes = (bytes: number) => `{"title":"a"${" ".repeat(bytes - 13)}}`;
    expect((await post(ofBytes(100_000))).status).toBe(201);
    expectProblem(await post(ofBytes(100_001)), 413);
    expectProblem(await post("x".repeat(2_000_000)), 413);
    const login = { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" } };
    expectProblem(
      await send(server.url, "/api/auth/login", { ...login, body: `username=${"a".repeat(100_001)}` }),
      413,
    );
  });

  it("413 to a small body that is compressed and unpacks to a large one", async () => {
    expectProblem(await post(gzipSync(" ".repeat(5_000_000)), "application/json", { "Content-Encoding": "gzip" }), 413);
  });

  it.each([
    undefined,
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/xml",
    "application/jsonp",
    "json",
    ";",
  ])("415 to the media type %s", async (type) => {
    expectProblem(await post('{"title":"a"}', type ?? ""), 415);
  });

  it("415 to an unknown encoding, 400 to one that is a lie", async () => {
    expectProblem(await post('{"title":"a"}', "application/json", { "Content-Encoding": "rot13" }), 415);
    expectProblem(await post('{"title":"a"}', "application/json", { "Content-Encoding": "gzip" }), 400);
  });
});

describe("methods", () => {
  it.each([
    ["/tasks", "GET, HEAD, POST, OPTIONS", ["PUT", "PATCH", "DELETE", "PROPFIND", "SEARCH"]],
    ["/tasks/1", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS", ["POST", "LOCK"]],
    ["/tasks/1/complete", "PATCH, OPTIONS", ["GET", "HEAD", "POST", "PUT", "DELETE"]],
    ["/someone/tasks", "GET, HEAD, POST, OPTIONS", ["PUT", "PATCH", "DELETE"]],
    ["/someone/tasks/1", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS", ["POST"]],
    ["/someone/tasks/1/complete", "PATCH, OPTIONS", ["GET", "POST", "PUT", "DELETE"]],
    ["/auth/signup", "POST, OPTIONS", ["GET", "HEAD", "PUT", "PATCH", "DELETE"]],
    ["/auth/login", "POST, OPTIONS", ["GET", "PUT", "PATCH", "DELETE"]],
    ["/auth/refresh", "POST, OPTIONS", ["GET", "PUT", "PATCH", "DELETE"]],
    ["/auth/logout", "POST, OPTIONS", ["GET", "PUT", "PATCH", "DELETE"]],
    ["/auth/me", "GET, HEAD, PATCH, OPTIONS", ["POST", "PUT", "DELETE"]],
    ["/v1/auth/login", "POST, OPTIONS", ["GET", "PUT", "PATCH", "DELETE"]],
    ["/v1/auth/me", "GET, HEAD, OPTIONS", ["POST", "PUT", "PATCH", "DELETE"]],
    ["/v1/todos", "GET, HEAD, POST, OPTIONS", ["PUT", "PATCH", "DELETE"]],
    ["/v1/todos/1", "GET, HEAD, PUT, DELETE, OPTIONS", ["POST", "PATCH"]],
  ])("%s answers to %s and 405 with Allow to others", async (path, allow, others) => {
    for (const method of others) {
      const answer = await api(server.url, method, path, { token });
      expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, allow]);
      if (method !== "HEAD") expectProblem(answer, 405);
    }
    const options = await api(server.url, "OPTIONS", path);
    expect([options.status, options.headers.allow, options.text]).toEqual([204, allow, ""]);
  });

  it("HEAD answers what GET does, without the body", async () => {
    const get = await api(server.url, "GET", "/tasks", { token });
    const head = await api(server.url, "HEAD", "/tasks", { token });
    expect([head.status, head.text]).toEqual([200, ""]);
    for (const name of ["content-type", "x-total-count", "link", "cache-control"])
      expect(head.headers[name]).toBe(get.headers[name]);
    expect((await api(server.url, "HEAD", "/tasks")).status).toBe(401);
  });

  it("a method that a header or a field names instead does not count", async () => {
    const headers = { Authorization: `Bearer ${token}`, "X-HTTP-Method-Override": "DELETE" };
    expect((await send(server.url, "/api/tasks?_method=DELETE", { headers })).status).toBe(200);
  });
});

describe("paths", () => {
  it.each([
    "/api",
    "/api/",
    "/api/nothing",
    "/api/tasks/1/nothing",
    "/api/tasks/1/complete/2",
    "/api/a/tasks/1/complete/2",
    "/api/auth",
    "/api/auth/",
    "/api/auth/nothing",
    "/api/auth/login/x",
    "/api/v1",
    "/api/v1/todos/1/nothing",
    "/api/v1/auth/login/form",
    "/api/tasks.data",
    "/api.data",
    "/api/auth/me.data",
    "/api/tasks/1.data",
    "/api/tasks?_data=routes%2Fapi.tasks._index",
    "/api/auth/me?_data=root",
    "/api/_root.data",
    "/api/..%2ftasks",
    "/api/%2e%2e%2ftasks/x/y/z/1",
    "/api//tasks",
    "/api/tasks//1",
    "/api/%00",
    "/api/%E2%98%83",
    "/api/favicon.svg",
    "/API/nothing",
  ])("404 where there is nothing: %s", async (path) => {
    for (const method of ["GET", "POST", "DELETE"])
      expectProblem(await send(server.url, path, { method, headers: { Authorization: `Bearer ${token}` } }), 404);
  });

  it.each(["/api/%", "/api/tasks/%ff", "/api/tasks/%E0%A4%A", "/api/%C0%AF"])(
    "400 to bad encoding: %s",
    async (path) => {
      expectProblem(await send(server.url, path, { headers: { Authorization: `Bearer ${token}` } }), 400);
    },
  );

  it.each([
    "/api/tasks/",
    "/%61pi/tasks",
    "/api/%74asks",
    "/api/./tasks",
    "/x/../api/tasks",
    "/api/%2e/tasks",
    "/API/tasks",
  ])("another spelling asks for a token as well: %s", async (path) => {
    const [anonymous, known] = [
      await send(server.url, path),
      await send(server.url, path, { headers: { Authorization: `Bearer ${token}` } }),
    ];
    expectProblem(anonymous, 401, 404);
    if (anonymous.status === 404) expectProblem(known, 404);
    else expect([known.status, known.headers["content-type"]]).toEqual([200, "application/json"]);
  });
});

describe("what is hardly HTTP", () => {
  const raw = (head: string) => sendRaw(server.url, `${head}\r\nConnection: close\r\n\r\n`);
  const statusOf = (text: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]);

  it("a request in absolute form is answered for its path alone", async () => {
    for (const [target, host] of [
      ["http://evil.example/api/tasks", "localhost"],
      [`${server.url}/api/tasks`, `localhost:${server.port}`],
    ]) {
      const answer = await raw(`GET ${target} HTTP/1.1\r\nHost: ${host}`);
      expect([400, 401]).toContain(statusOf(answer));
      expect(answer).not.toMatch(/location:.*evil/i);
    }
  });

  it.each(["//evil.example/api/tasks", "/\\evil.example/", "///api/tasks", "//evil.example", "/%5cevil.example"])(
    "%s leads to no other site",
    async (path) => {
      const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: localhost`);
      expect(statusOf(answer)).toBeLessThan(500);
      expect(answer).not.toMatch(/^location:/im);
    },
  );

  it.each(["", "a b", "a/b", "user@host", "[::1", "..", "host:port", "<script>", "a,b", "é"])(
    "an unusable Host is a client's error: %j",
    async (host) => {
      for (const path of ["/api/tasks", "/login"]) {
        const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: ${host}`);
        expect(statusOf(answer)).toBeGreaterThanOrEqual(200);
        expect(statusOf(answer)).toBeLessThan(500);
        expect(answer).not.toContain("<script>");
      }
    },
  );

  it.each([
    "GET /api/tasks HTTP/1.1\r\nHost: a\r\nHost: b",
    "GET * HTTP/1.1\r\nHost: localhost",
    "OPTIONS * HTTP/1.1\r\nHost: localhost",
    "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost",
    "GET /api/tasks HTTP/1.1",
    "POST /api/tasks HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 5",
    "POST /api/tasks HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1",
    `GET /api/tasks HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${"a".repeat(20_000)}`,
    `GET /${"a".repeat(20_000)} HTTP/1.1\r\nHost: localhost`,
    "\x16\x03\x01\x02\x00\x01",
  ])("%.60j gets no 5xx, and the server goes on", async (head) => {
    const status = statusOf(await raw(head));
    expect(Number.isNaN(status) || status < 500).toBe(true);
    expect((await send(server.url, "/healthz")).status).toBe(200);
  });
});

describe("anything at all", () => {
  const notBroken = (answer: Answer) => {
    expect(answer.status).toBeLessThan(500);
    expect(answer.text).not.toMatch(/<html/i);
    expect(answer.headers["content-type"] ?? "application/json").toMatch(/^application\/(problem\+)?json$/);
    if (answer.status >= 400) expect(answer.headers["content-type"]).toBe("application/problem+json");
  };

  const field = fc.constantFrom("title", "description", "priority", "due_date", "completed", "id", "x");
  const value = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: "binary" }),
    fc.constantFrom("low", "2026-01-01", "\ud800", "\u0000", true, null, 1e308),
  );

  it("as the body of a new task or a change", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(field, value),
        fc.constantFrom(["POST", "/tasks"], ["PATCH", "/tasks/1"], ["PATCH", "/tasks/1/complete"]),
        async (body, [method = "", path = ""]) => notBroken(await api(server.url, method, path, { token }, body)),
      ),
      { numRuns: 150 },
    );
  });

  it("as bytes of a body", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => notBroken(await post(Buffer.from(bytes)))),
      { numRuns: 50 },
    );
  });

  it("as the query of the list", async () => {
    const name = fc.constantFrom(
      "completed",
      "priority",
      "q",
      "due_before",
      "due_after",
      "sort",
      "limit",
      "offset",
      "x",
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }).map((some) => some.toWellFormed()),
      fc.constantFrom("true", "low", "2026-01-01", "1", "0", "9007199254740991", "-created_at", "%", "\u0000"),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, text), { maxLength: 4 }), async (pairs) =>
        notBroken(await api(server.url, "GET", `/tasks?${new URLSearchParams(pairs).toString()}`, { token })),
      ),
      { numRuns: 150 },
    );
  });

  it("as credentials", async () => {
    await fc.assert(
      fc.asyncProperty(value, value, async (email, refresh) => {
        notBroken(await api(server.url, "POST", "/auth/login", {}, { email, password: "" }));
        notBroken(await api(server.url, "POST", "/auth/refresh", {}, { refresh_token: refresh }));
        notBroken(await api(server.url, "POST", "/auth/signup", {}, { email, password: "x" }));
      }),
      { numRuns: 50 },
    );
  });

  it("as a token", async () => {
    await fc.assert(
      fc.asyncProperty(fc.base64String(), fc.base64String(), async (one, other) => {
        const answer = await api(server.url, "GET", "/auth/me", { token: `${one}.${other}.${one}` });
        expect(answer.status).toBe(401);
        notBroken(answer);
      }),
      { numRuns: 50 },
    );
  });
});
