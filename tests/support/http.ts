import { randomInt } from "node:crypto";
import { request, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";

import { checkDescribed } from "./described";

/**
 * A small HTTP client that sends exactly what it is told and follows no redirects. Answers of `/api` are checked
 * against its description.
 */

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body as JSON. If it is not JSON, the error shows the body. */
  json<Body = Record<string, unknown>>(): Body;
  /** The `Set-Cookie` headers. */
  cookies: string[];
}

export interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** Sends one request to a server. `path` is sent unchanged. */
export function send(url: string, path: string, { method = "GET", headers = {}, body }: Sent = {}): Promise<Answer> {
  const { port } = new URL(url);
  const length = body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: "127.0.0.1", port, path, method, headers: { Host: `localhost:${port}`, ...length, ...headers } },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          const answer: Answer = {
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text,
            json: <Body>() => parse(text) as Body,
            cookies: incoming.headers["set-cookie"] ?? [],
          };
          try {
            checkDescribed(method, path, answer);
            resolve(answer);
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The body is no JSON: ${text.slice(0, 500)}`, { cause: error });
  }
}

/** Sends bytes over a plain connection, and returns everything received until the server closes it. */
export function sendRaw(url: string, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(bytes));
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", reject);
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
  });
}

/** A network address of its own for a caller, to send as `X-Forwarded-For` to a server that trusts its proxy. */
export const newAddress = (): string => ["198.18", randomInt(256), randomInt(256)].join(".");

export interface Caller {
  token?: string;
  cookie?: string;
  /** Sent as `X-Forwarded-For`. */
  address?: string;
}

const headersOf = ({ token, cookie, address }: Caller): Record<string, string> => ({
  ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  ...(cookie === undefined ? {} : { Cookie: cookie }),
  ...(address === undefined ? {} : { "X-Forwarded-For": address }),
});

/** A request to `/api`, with an optional JSON body. */
export function api(url: string, method: string, path: string, caller: Caller = {}, body?: unknown): Promise<Answer> {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const type: Record<string, string> = body === undefined ? {} : { "Content-Type": "application/json" };
  return send(url, `/api${path}`, { method, headers: { ...type, ...headersOf(caller) }, ...json });
}

/** Requests a page like a browser without JavaScript. */
export const visit = (url: string, path: string, caller: Caller = {}): Promise<Answer> =>
  send(url, path, { headers: { Accept: "text/html", ...headersOf(caller) } });

export type Fields = Record<string, string>;

/** Sends a page's form like a browser without JavaScript. */
export function submit(
  url: string,
  path: string,
  fields: Fields,
  caller: Caller = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const type = { "Content-Type": "application/x-www-form-urlencoded" };
  return send(url, path, {
    method: "POST",
    headers: { Accept: "text/html", ...type, ...headersOf(caller), ...headers },
    body: new URLSearchParams(fields).toString(),
  });
}

/** The `Cookie` header that a browser would send after an answer: cookies that it set and did not remove. */
export const cookiesAfter = (answer: Answer): string =>
  answer.cookies
    .filter((cookie) => !/Max-Age=0\b/i.test(cookie))
    .map((cookie) => cookie.split(";")[0])
    .join("; ");

/** Elements that begin a line in every browser. Text browsers treat those added by HTML 5 like text. */
const lines =
  /^(p|div|ul|ol|li|dl|dt|dd|h[1-6]|form|table|caption|thead|tbody|tr|t[hd]|pre|br|hr|body|html|head|select|option|input|textarea)$/;

/** Words of a page with neither a space nor a line end between them, such as "HighDue 10 Jan". */
export function runTogether(html: string): string[] {
  const body = html.replace(/^[^]*<body[^>]*>/, "").replace(/<(script|style|svg)[\s>][^]*?<\/\1>/g, "<hr>");
  const marked = body
    .replace(/<!--[^]*?-->/g, "")
    .replace(/<\/?([\w-]+)[^>]*>/g, (_, name: string) => (lines.test(name) ? "\n" : "\uE000"))
    .replaceAll("&#x27;", "’");
  return [...marked.matchAll(/[\p{L}\p{N}]+\uE000+[\p{L}\p{N}]+/gu)].map(([words]) => words.replace(/\uE000+/, "|"));
}

/** The text of a page without its markup and scripts. */
export const textOf = (html: string): string =>
  html
    .replace(/<(script|style|svg)[\s>][\s\S]*?<\/\1>/g, " ")
    .replace(/<[^>]*>/g, " ")
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'")
    .replace(/\s+/g, " ")
    .trim();
