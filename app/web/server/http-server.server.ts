import { createServer, type RequestListener, type Server } from "node:http";
import type { Duplex } from "node:stream";

/** How long a client may take, in milliseconds, however slowly it sends (OWASP ASVS 5.0, 13.2.6). */
export const patience = {
  /** Until the head of a request has arrived. */
  headersTimeout: 20_000,
  /** Until the whole request has arrived, including its body. */
  requestTimeout: 60_000,
  /** Between two requests on one connection. */
  keepAliveTimeout: 65_000,
  /** How often the times above are checked. */
  connectionsCheckingInterval: 5_000,
};

/**
 * Creates the HTTP server, without listening. A request that does not arrive in time is answered 408 and its connection
 * is closed.
 */
export function createHttpServer(app: RequestListener, times: Partial<typeof patience> = {}): Server {
  // The program itself answers requests with long addresses or without `Host`, with its own headers and messages.
  const server = createServer({ ...patience, ...times, maxHeaderSize: 64 * 1024, requireHostHeader: false }, app);
  server.on("clientError", answerUnreadable);
  // A request with an unknown value in `Expect` is answered as if the header were missing.
  server.on("checkExpectation", app);
  return server;
}

const statuses = new Map<string | undefined, string>([
  ["HPE_HEADER_OVERFLOW", "431 Request Header Fields Too Large"],
  ["ERR_HTTP_REQUEST_TIMEOUT", "408 Request Timeout"],
]);

/**
 * Answers input that is not HTTP, has headers above the limit, or does not arrive in time. The program gets no request
 * to answer in these cases.
 */
function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = statuses.get(error.code) ?? "400 Bad Request";
  const headers = [
    "Connection: close",
    "Content-Length: 0",
    "Cache-Control: no-store",
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy: same-origin",
    "Referrer-Policy: same-origin",
    "X-Content-Type-Options: nosniff",
  ];
  socket.end(`HTTP/1.1 ${status}\r\n${headers.join("\r\n")}\r\n\r\n`);
}
