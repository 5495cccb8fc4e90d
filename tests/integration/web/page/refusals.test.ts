import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { send, submit, textOf, type Sent } from "../../../support/http";
import { startServer, type RunningServer } from "../../../support/server";

/* What is refused before its route was asked, as a page and as the data that the framework's own client asks for. */

let plain: RunningServer;
let published: RunningServer;
const publicUrl = "https://tasks.example.com";

beforeAll(async () => {
  const databaseUrl = config().databaseUrl;
  [plain, published] = await Promise.all([
    startServer({ databaseUrl }),
    startServer({ databaseUrl, env: { PUBLIC_URL: publicUrl } }),
  ]);
});

afterAll(() => Promise.all([plain.stop(), published.stop()]));

const form = { "Content-Type": "application/x-www-form-urlencoded" };

const refusals: [status: number, sent: Sent, sentence: string][] = [
  [400, { headers: { ...form, "Content-Encoding": "gzip" }, body: "no gzip" }, "could not be read"],
  [403, { headers: { ...form, Origin: "https://evil.example" }, body: "" }, "sent from another site"],
  [405, { method: "PUT", headers: form, body: "" }, "Pages answer to GET, HEAD and POST"],
  [413, { headers: form, body: `email=${"x".repeat(1_000_001)}` }, "too long"],
  [415, { headers: { ...form, "Content-Encoding": "nothing" }, body: "email=x" }, "encoding"],
];

describe.each(refusals)("%i", (status, sent, sentence) => {
  it("is a page that says why", async () => {
    const answer = await send(plain.url, "/login", { method: "POST", ...sent });
    expect(answer.status).toBe(status);
    expect(answer.headers["content-type"]).toMatch(/^text\/html/);
    // The page does not repeat what a person cannot act on.
    if (status !== 405) expect(textOf(answer.text)).toContain(sentence);
  });

  it("is data that the framework's client can show", async () => {
    for (const path of ["/login.data", "/_root.data", "/nowhere.data?index"]) {
      const answer = await send(plain.url, path, { method: "POST", ...sent });
      expect([path, answer.status]).toEqual([path, status]);
      expect(answer.headers).toMatchObject({ "content-type": "text/x-script", "x-remix-response": "yes" });
      expect(answer.text).toContain(`["ErrorResponse",`);
      expect(answer.text).toContain(sentence);
      expect(answer.text).toContain(`,${status},`);
    }
  });
});

it.each([
  ["/tasks.data?_data=root&q=a", "/tasks?_data=root&q=a"],
  ["/_root.data?_data=root", "/?_data=root"],
])("data that cannot be had leads the framework's client to the page that says why: %s", async (path, page) => {
  for (const method of ["GET", "HEAD"]) {
    const answer = await send(plain.url, path, { method });
    expect([answer.status, answer.headers["x-remix-response"]]).toEqual([400, "yes"]);
    if (method === "GET") expect(answer.text).toContain(`"${page}"`);
  }
  expect((await send(plain.url, page)).status).toBe(400);
});

describe("a page of ours at an address that is not known as ours", () => {
  const post = (server: RunningServer, path: string, headers: Record<string, string>) =>
    submit(server.url, path, { email: "a@example.com", password: "x" }, {}, headers);

  it.each(["/login", "/login.data"])("names the address to use where PUBLIC_URL says it: %s", async (path) => {
    const here = { Origin: published.url };
    for (const headers of [here, { ...here, "Sec-Fetch-Site": "same-origin" }]) {
      const answer = await post(published, path, headers);
      expect(answer.status).toBe(403);
      expect(answer.text).toContain(`Open ${publicUrl} and try again there`);
    }
  });

  it.each(["/login", "/login.data"])("names the setting where a proxy speaks TLS or another name: %s", async (path) => {
    const host = `localhost:${plain.port}`;
    const ways: [origin: string, headers: Record<string, string>][] = [
      [`https://${host}`, {}],
      [`https://${host}`, { "Sec-Fetch-Site": "same-origin" }],
      ["https://tasks.example.com", { Host: "tasks.example.com" }],
      ["https://tasks.example.com", { "X-Forwarded-Host": "tasks.example.com" }],
      ["https://tasks.example.com", { "Sec-Fetch-Site": "same-origin" }],
    ];
    for (const [origin, headers] of ways) {
      const answer = await post(plain, path, { Origin: origin, ...headers });
      expect(answer.status).toBe(403);
      expect(answer.text).toContain(`set PUBLIC_URL to ${origin}, or TRUST_PROXY to`);
    }
    const warnings = plain.log().match(/"level":40.*PUBLIC_URL/g) ?? [];
    expect(warnings).toHaveLength(1);
  });

  it.each([
    ["https://evil.example", {}],
    ["https://evil.example", { "Sec-Fetch-Site": "cross-site" }],
    ["null", { "Sec-Fetch-Site": "same-origin" }],
    ["https://evil.example/<b>", { "Sec-Fetch-Site": "same-origin" }],
  ])("is nothing that another site is taken for: %s %j", async (origin, more) => {
    const answer = await post(plain, "/login", { Origin: origin, ...(more as Record<string, string>) });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain("sent from another site");
    expect(answer.text).not.toContain("PUBLIC_URL");
  });
});
