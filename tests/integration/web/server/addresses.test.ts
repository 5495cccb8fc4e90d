import fc, { type Arbitrary } from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { sendRaw } from "../../../support/http";
import { newCookie, newUser } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

/* What a stranger can write into the head of a request: never a 5xx, never a way off this site. */

let server: RunningServer;
let cookie: string;

beforeAll(async () => {
  server = await startServer({ databaseUrl: config().databaseUrl });
  cookie = await newCookie(await newUser());
});

afterAll(() => server.stop());

type Head = Readonly<{ method?: string; target: string; host?: string; headers?: readonly string[]; body?: string }>;

async function answerTo({ method = "GET", target, host, headers = [], body = "" }: Head) {
  const head = [`${method} ${target} HTTP/1.1`, `Host: ${host ?? `localhost:${server.port}`}`, "Connection: close"];
  const length =
    body === "" ? [] : ["Content-Type: application/x-www-form-urlencoded", `Content-Length: ${body.length}`];
  const bytes = [...head, ...length, ...headers, "", body].join("\r\n");
  const answer = await sendRaw(server.url, Buffer.from(bytes, "latin1"));
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? NaN), answer };
}

/** An answer at all, none of the server's own faults, and no way to another site. */
async function expectOrderly(head: Head) {
  const { status, answer } = await answerTo(head);
  // A target that is no HTTP closes the connection; a method that asks for a tunnel gets none.
  if (Number.isNaN(status)) {
    expect(head.method).toBe("CONNECT");
    return;
  }
  expect(status).toBeLessThan(500);
  expect(status).toBeGreaterThanOrEqual(200);
  const location = /^location: (.*)$/im.exec(answer)?.[1]?.trim();
  if (location !== undefined) {
    expect(location).toMatch(/^\/(?![/\\])[^\\\s]*$/);
    expect(new URL(location, "http://this.site").origin).toBe("http://this.site");
  }
  // The framework's own client is told where to go in the body.
  if (status === 202) expect(answer).not.toMatch(/"(?:[a-z+.-]+:|[/\\]{2})[^"]*evil/i);
}

const pieces = [
  ...["/", "//", "\\", "%5C", "%5c", "%2F", "%2f", ".", "..", "%2e", "%2E%2e", "..;", ";", ":", "@", "[", "]", "%5B"],
  ...["%00", "%0a", "%0D", "%09", "%20", "%7f", "%C2%85", "%E2%80%A8", "%25", "%252F", "%EF%BC%8F"],
  ...[
    "%",
    "%f",
    "%ff",
    "%C3",
    "%ED%A0%80",
    "%E0%A4%A",
    "\u00ff",
    "'",
    '"',
    "<",
    ">",
    "^",
    "`",
    "{",
    "|",
    "}",
    "~",
    "*",
  ],
  ...["evil.example", "http:", "javascript:", "user@evil.example", ":99999", "a", "1", "9".repeat(30), "x".repeat(300)],
  ...["tasks", "login", "signup", "settings", "problems", "docs", "assets", "api", "logout", "healthz", "refused"],
  ...[".data", "_root.data", "index.html", ".well-known", "__manifest", "favicon.ico"],
];

const query = fc.constantFrom(
  ...["", "?", "??", "?%", "?index", "?index=1", "?_data", "?_data=root", "?_routes=", "?_routes=root", "?_routes=%00"],
  ...[
    "?_routes=a,b&_routes=c",
    "?redirect=//evil.example",
    "?redirect=%5C%5Cevil.example",
    "?redirect=/%09/evil.example",
  ],
  ...[
    "?page=-1",
    "?page=9e99",
    "?page=99999999999999999999",
    "?status=%5C&sort=__proto__",
    "?q=%00",
    "?q=%ff",
    "?p=",
    "?a=1",
  ],
  ...["?token=%00", "?token[]=1", "?version=%5C", "?paths=/%5C", "#/x"],
);

const target: Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom("", "tasks/", "settings/", "problems/", "login/", "docs/", "api/", "api/tasks/"))
      .chain(([start]) =>
        fc
          .tuple(fc.array(fc.constantFrom(...pieces), { maxLength: 6 }), fc.constantFrom("", "/", ".data"), query)
          .map(([middle, end, search]) => `/${start}${middle.join("")}${end}${search}`),
      ),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...pieces), query).map(([piece, search]) => piece + search) },
  fc.constantFrom(
    "*",
    "http://evil.example/",
    "http://evil.example/tasks",
    "https://localhost/%5C",
    "localhost:80",
    "/x".repeat(4_000),
  ),
);

const methods = fc.oneof(
  { weight: 4, arbitrary: fc.constant("GET") },
  fc.constantFrom(
    "POST",
    "HEAD",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "QUERY",
    "M-SEARCH",
  ),
);

const hosts = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  fc.constantFrom(
    "",
    "evil.example",
    "localhost:99999",
    ":",
    "[",
    "[::1]",
    "a b",
    "user@evil.example",
    "/",
    "..",
    "\u00ff",
    "x".repeat(2_000),
  ),
);

const headers = fc.array(
  fc.constantFrom(
    ...["Origin: null", "Origin: http://evil.example", "Sec-Fetch-Site: cross-site", "Referer: //evil.example/"],
    ...[
      "X-Forwarded-Host: evil.example",
      "X-Forwarded-Proto: evil",
      "X-Forwarded-For: [",
      "Forwarded: for=_x;host=evil",
    ],
    ...["Accept: \u00ff", "Accept-Encoding: br;q=x", "Accept-Language: \u00e9", "If-None-Match: *", "Range: bytes=9-1"],
    ...[
      "Cookie: =;=;=",
      "Cookie: __session=%",
      "Cookie: holdfast_flash=%ff",
      "Authorization: \u00ff",
      "Expect: 200-ok",
    ],
    ...["X-Remix-Response: yes", "Content-Type: multipart/form-data", "Content-Encoding: gzip", "User-Agent: \u00ff"],
    "Upgrade: h2c",
  ),
  { maxLength: 3 },
);

describe("addresses that once drew no page", () => {
  it.each([
    ...[
      "/%5C",
      "/%5C%5C",
      "//%5C",
      "/%5c%2f",
      "/%5C/%5C",
      "/%5C%5B",
      "/x/..//%5C",
      "/%2e/%5C",
      "/%09/%5C",
      "/%5C?_routes=x",
    ],
    ...["/%0a", "//", "//evil.example", "//evil.example/tasks", "/%2F%2Fevil.example"],
  ])("%s is a page that says that there is nothing", async (at) => {
    const { status, answer } = await answerTo({ target: at });
    expect([at, status]).toEqual([at, 404]);
    expect(answer).toContain("There is nothing at this address.");
    const signedIn = await answerTo({ target: at, headers: [`Cookie: ${cookie}`] });
    expect([at, signedIn.status]).toEqual([at, 404]);
  });
});

describe("an address made to stall", () => {
  it.each([
    ["of segments", `/${"x/".repeat(8_000)}`, 404],
    ["of empty segments", `/a${"/".repeat(16_000)}`, 404],
    ["of segments of the API", `/api/${"x/".repeat(8_000)}`, 404],
    ["of parameters", `/tasks?${"index&".repeat(10_000)}`, 414],
    ["of loaders", `/login?${"_routes=&".repeat(7_000)}`, 414],
    ["of paths for the framework's client", `/__manifest?${"p=/x&".repeat(12_000)}`, 414],
    ["of characters", `/login?redirect=${"/x".repeat(30_000)}`, 414],
    ["of parameters of the API", `/api/tasks?${"q=a&".repeat(15_000)}`, 414],
  ])("%s is refused before anything is done with its parts", async (_what, target, status) => {
    expect((await answerTo({ target })).status).toBe(status);
    const [line = ""] = server.log().trimEnd().split("\n").slice(-1);
    // The framework would take more than ten seconds for the first of them, on a machine that has nothing else to do.
    expect((JSON.parse(line) as { ms: number }).ms).toBeLessThan(3_000);
  });
});

it("no head of a request leads to a 5xx, or away from this site", async () => {
  const heads = fc.record({
    method: methods,
    target,
    host: hosts,
    headers: fc
      .tuple(headers, fc.boolean())
      .map(([some, signedIn]) => [...some, ...(signedIn ? [`Cookie: ${cookie}`] : [])]),
  });
  await fc.assert(fc.asyncProperty(heads, expectOrderly), { numRuns: 400, endOnFailure: true });
}, 120_000);

it("no form sent to any address leads to a 5xx, or away from this site", async () => {
  const bodies = fc.constantFrom(
    "",
    "a=1",
    "intent=%00",
    "intent=add&title=x",
    "email=a%40b.c&password=x",
    "%",
    "&&&",
    "\u00ff",
  );
  const posts = fc.record({ method: fc.constant("POST"), target, body: bodies });
  await fc.assert(fc.asyncProperty(posts, expectOrderly), { numRuns: 150, endOnFailure: true });
}, 120_000);

it("nothing of all that is an error in the log", () => {
  expect(server.log()).not.toMatch(/"level":50/);
});
