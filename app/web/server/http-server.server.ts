import { createServer, type RequestListener, type Server } from "node:http";
import type { Duplex } from "node:stream";

/** How long a client may take, in milliseconds, whatever it sends and however slowly (OWASP ASVS 5.0, 13.2.6). */
export const patience = {
  /** Until the head of a request is there. */
  headersTimeout: 20_000,
  /** Until all of a request is there, its body too. */
  requestTimeout: 60_000,
  /** Between two requests of one connection. */
  keepAliveTimeout: 65_000,
  /** How exact these are. */
  connectionsCheckingInterval: 5_000,
};

/** The HTTP server, which is not listening yet. Whatever has no end is answered 408, and its connection closed. */
export function createHttpServer(app: RequestListener, times: Partial<typeof patience> = {}): Server {
  // Long addresses and a missing `Host` are answered by the program, with its own headers and words.
  const server = createServer({ ...patience, ...times, maxHeaderSize: 64 * 1024, requireHostHeader: false }, app);
  server.on("clientError", answerUnreadable);
  // `Expect` with a word that nobody knows: answered as if it were not there.
  server.on("checkExpectation", app);
  return server;
}

const statuses = new Map<string | undefined, string>([
  ["HPE_HEADER_OVERFLOW", "431 Request Header Fields Too Large"],
  ["ERR_HTTP_REQUEST_TIMEOUT", "408 Request Timeout"],
]);

/** What is no HTTP, has headers without end, or does not come to an end: there is no request that the program could answer. */
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
