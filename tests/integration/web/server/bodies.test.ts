import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { config } from "~/core/settings/config.server";
import { newAddress, send, submit, textOf } from "../../../support/http";
import { newCookie, newUser, password } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

/* Bodies of requests: how long they may be, and how much of them is held. */

let server: RunningServer;
let cookie: string;
let email: string;

beforeAll(async () => {
  server = await startServer({ databaseUrl: config().databaseUrl, env: { TRUST_PROXY: "loopback" } });
  const user = await newUser();
  email = user.email;
  cookie = await newCookie(user);
});

afterAll(() => server.stop());

describe("a form without a long text", () => {
  it.each([
    "/login",
    "/signup",
    "/forgot-password",
    "/reset-password?token=x",
    "/settings",
    "/login/second-factor",
    "/nowhere",
  ])("takes 16 kB, and beyond that says so: %s", async (at) => {
    const answer = await submit(
      server.url,
      at,
      { email: "x".repeat(16_000) },
      { cookie: at === "/settings" ? cookie : "" },
    );
    expect(answer.status).toBe(413);
    expect(textOf(answer.text)).toContain("16 kB is the most that can be sent here");
  });

  it("is read up to that", async () => {
    expect((await submit(server.url, "/login", { email, password: "x".repeat(15_000) })).status).toBe(400);
  });

  it("holds for what is packed", async () => {
    const body = gzipSync(`email=${"x".repeat(200_000)}`);
    expect(body.length).toBeLessThan(1_000);
    const headers = { "Content-Type": "application/x-www-form-urlencoded", "Content-Encoding": "gzip" };
    expect((await send(server.url, "/login", { method: "POST", headers, body })).status).toBe(413);
  });
});

it("a task's form takes the longest description, and keeps one that is too long", async () => {
  const longest = { intent: "add", title: "t", description: "🌱".repeat(10_000) };
  expect((await submit(server.url, "/tasks", longest, { cookie })).status).toBe(303);
  const tooLong = { ...longest, description: "🌱".repeat(20_000) };
  const answer = await submit(server.url, "/tasks", tooLong, { cookie });
  expect(answer.status).toBe(400);
  expect(answer.text).toContain(tooLong.description);
});

describe("forms in parts", () => {
  const inParts = (fields: [string, string][], more = "") =>
    send(server.url, "/login", {
      method: "POST",
      headers: {
        Accept: "text/html",
        "Content-Type": "multipart/form-data; boundary=limit",
        "X-Forwarded-For": newAddress(),
      },
      body: `${fields.map(([name, value]) => `--limit\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join("")}${more}--limit--\r\n`,
    });

  it("are read like others", async () => {
    const answer = await inParts([
      ["email", email],
      ["password", password],
      ["remember", "on"],
    ]);
    expect(answer.status).toBe(303);
    expect(answer.cookies.join()).toMatch(/Expires=/);
  });

  it.each([
    ["a file", '--limit\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n1\r\n'],
    ["an empty file", '--limit\r\nContent-Disposition: form-data; name="a"; filename=""\r\n\r\n\r\n'],
    ["201 fields", '--limit\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'.repeat(201)],
  ])("are refused with %s, which no form here has", async (_what, part) => {
    expect((await inParts([["email", email]], part)).status).toBe(400);
  });
});

describe("bodies that do not come to an end", () => {
  const open: Socket[] = [];

  afterEach(() => {
    for (const socket of open.splice(0)) socket.destroy();
  });

  /** Begins a form of a megabyte, sends a part of it, and goes on listening. */
  async function begin(address: string, bytes: number, headers = "Content-Length: 1000000"): Promise<() => string> {
    const socket = connect(server.port, "127.0.0.1");
    open.push(socket);
    let heard = "";
    socket.on("data", (chunk) => (heard += chunk.toString("latin1")));
    // A server that has refused may have closed before everything was sent.
    socket.on("error", () => undefined);
    await once(socket, "connect");
    socket.write(
      `POST /tasks HTTP/1.1\r\nHost: localhost:${server.port}\r\nX-Forwarded-For: ${address}\r\n${headers}\r\n\r\n`,
    );
    socket.write("x".repeat(bytes));
    return () => heard;
  }

  it("hold eight megabytes of one network address at most; another is not touched", async () => {
    const address = newAddress();
    const answers: (() => string)[] = [];
    for (let count = 0; count < 40; count++) answers.push(await begin(address, 500_000));
    const refused = () => answers.filter((heard) => heard().startsWith("HTTP/1.1 429"));
    await vi.waitFor(() => expect(refused().length).toBeGreaterThanOrEqual(24), { timeout: 20_000, interval: 20 });
    for (const heard of refused()) {
      expect(heard()).toMatch(/^connection: close\r$/im);
      expect(heard()).toMatch(/^retry-after: \d+\r$/im);
    }
    expect((await submit(server.url, "/login", { email, password: "wrong" }, { address: newAddress() })).status).toBe(
      400,
    );

    // Once they are gone, so is what they held.
    for (const socket of open.splice(0)) socket.destroy();
    const fields = { intent: "add", title: "t", description: "x".repeat(9_000) };
    await vi.waitFor(
      async () => expect((await submit(server.url, "/tasks", fields, { cookie, address })).status).toBe(303),
      { timeout: 20_000, interval: 50 },
    );
  });

  it("are counted by what they are unpacked", async () => {
    const address = newAddress();
    const packed = gzipSync("x".repeat(900_000));
    const answers: (() => string)[] = [];
    for (let count = 0; count < 20; count++) {
      answers.push(await begin(address, 0, `Content-Encoding: gzip\r\nContent-Length: ${packed.length}`));
      open.at(-1)?.write(packed.subarray(0, -8));
    }
    await vi.waitFor(() => expect(answers.some((heard) => heard().startsWith("HTTP/1.1 429"))).toBe(true), {
      timeout: 20_000,
      interval: 20,
    });
  });
});
