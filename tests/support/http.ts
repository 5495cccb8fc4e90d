import { randomInt } from "node:crypto";
import { request, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";

import { checkDescribed } from "./described";

/**
 * A small HTTP client that sends what it is told to, byte for byte, and follows nothing. Answers of `/api` are held
 * against its description.
 */

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body as JSON; an error that shows the body if it is none. */
  json<Body = Record<string, unknown>>(): Body;
  /** The `Set-Cookie` headers. */
  cookies: string[];
}

export interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** Sends one request to a server; `path` goes out exactly as it is. */
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

/** Sends bytes over a plain connection and answers everything that comes back until the server closes. */
export function sendRaw(url: string, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(bytes));
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", reject);
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
  });
}

/** A network address that no other caller has, to send as `X-Forwarded-For` to a server that trusts its proxy. */
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

/** A request to `/api` with a JSON body, if there is one. */
export function api(url: string, method: string, path: string, caller: Caller = {}, body?: unknown): Promise<Answer> {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const type: Record<string, string> = body === undefined ? {} : { "Content-Type": "application/json" };
  return send(url, `/api${path}`, { method, headers: { ...type, ...headersOf(caller) }, ...json });
}

/** A page, as a browser without JavaScript asks for it. */
export const visit = (url: string, path: string, caller: Caller = {}): Promise<Answer> =>
  send(url, path, { headers: { Accept: "text/html", ...headersOf(caller) } });

export type Fields = Record<string, string>;

/** A page's form, as a browser without JavaScript sends it. */
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

/** The `Cookie` header that a browser would send after an answer: what it set and did not remove. */
export const cookiesAfter = (answer: Answer): string =>
  answer.cookies
    .filter((cookie) => !/Max-Age=0\b/i.test(cookie))
    .map((cookie) => cookie.split(";")[0])
    .join("; ");

/** Elements that begin a line in every browser; those that came with HTML 5 are like text to a text browser. */
const lines =
  /^(p|div|ul|ol|li|dl|dt|dd|h[1-6]|form|table|caption|thead|tbody|tr|t[hd]|pre|br|hr|body|html|head|select|option|input|textarea)$/;

/** Words of a page that have neither a space nor the end of a line between them, as "HighDue 10 Jan". */
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
