import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createHttpServer, patience } from "~/web/server/http-server.server";
import { sendRaw } from "../../../support/http";

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function listen(app: Parameters<typeof createHttpServer>[0]): Promise<string> {
  server = createHttpServer(app, { headersTimeout: 200, requestTimeout: 200, connectionsCheckingInterval: 50 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

describe("what does not come to an end", () => {
  it.each([
    ["a head", "POST /login HTTP/1.1\r\nHost: x\r\nX-Slow:"],
    ["a body of a length", "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nemail="],
    ["a body in pieces", "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nemail=\r\n"],
  ])("is answered 408, and its connection ends: %s", async (_what, bytes) => {
    const url = await listen((req) => void req.resume());
    expect(await sendRaw(url, bytes)).toMatch(/^HTTP\/1\.1 408 [^]*^connection: close/im);
  });

  it("has an end within minutes in the program itself", () => {
    const asItIs = createHttpServer(() => undefined);
    expect(asItIs.headersTimeout).toBeLessThanOrEqual(20_000);
    expect(asItIs.requestTimeout).toBeLessThanOrEqual(60_000);
    expect(patience.connectionsCheckingInterval).toBeLessThanOrEqual(5_000);
  });
});
