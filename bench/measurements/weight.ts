import { get } from "node:http";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Holdfast } from "../support/holdfast";
import * as report from "../support/report";
import type { Account } from "../support/seed";

const mostHtml = 8_000;
const mostScript = 110_000;

/** What a browser's first visit to `/tasks` downloads: the page with 50 rows, and all of its JavaScript. */
export async function weighPage(holdfast: Holdfast, account: Account): Promise<void> {
  report.heading("Weight of /tasks with 50 rows (gzip)");
  const page = await fetchRaw(`${holdfast.origin}/tasks`, { Cookie: account.cookie, "Accept-Encoding": "gzip" });
  if (page.encoding !== "gzip") throw new Error("The page was not compressed");
  const html = gunzipSync(page.bytes).toString();
  report.row("HTML", report.kb(page.bytes.length), `of ${report.kb(html.length)}`);

  const scripts = await loadScripts(holdfast.origin, html);
  let total = 0;
  for (const [url, { transferred, compressed }] of scripts) {
    total += compressed;
    report.row(url.replace("/assets/", ""), report.kb(compressed), `(${report.kb(transferred)})`);
  }
  report.verdict("HTML", report.kb(page.bytes.length), `≤ ${report.kb(mostHtml)}`, page.bytes.length <= mostHtml, true);
  report.verdict("JavaScript", report.kb(total), `≤ ${report.kb(mostScript)}`, total <= mostScript, true);
}

type Script = { transferred: number; compressed: number };

/** Every script that the page names, with their static imports. */
async function loadScripts(origin: string, html: string): Promise<Map<string, Script>> {
  const scripts = new Map<string, Script>();
  const waiting = scriptsOfPage(html);
  for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
    if (scripts.has(url)) continue;
    const { bytes, encoding } = await fetchRaw(origin + url, { "Accept-Encoding": "gzip" });
    const source = encoding === "gzip" ? gunzipSync(bytes) : bytes;
    const compressed = encoding === "gzip" ? bytes.length : gzipSync(source).length;
    scripts.set(url, { transferred: bytes.length, compressed });
    for (const imported of staticImports(source.toString())) waiting.push(new URL(imported, origin + url).pathname);
  }
  if (!scripts.size) throw new Error("The page names no scripts");
  return scripts;
}

/** `<script src>`, modulepreloads, and the imports of the inline module that starts the app. */
function scriptsOfPage(html: string): string[] {
  const tags = [...html.matchAll(/<script[^>]* src="([^"]+)"/g)];
  const preloads = [...html.matchAll(/<link(?=[^>]*rel="modulepreload")[^>]* href="([^"]+)"/g)];
  const inline = [...html.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].flatMap(([, text = ""]) => staticImports(text));
  return [...tags, ...preloads]
    .map(([, url = ""]) => url)
    .concat(inline)
    .filter((url) => /^\/.*\.js$/.test(url));
}

const staticImports = (source: string): string[] =>
  [...source.matchAll(/(?:\bfrom|\bimport)\s*"([^"]+\.js)"/g)].map(([, url = ""]) => url);

/** The compressed size, which `fetch` would hide by decompressing. */
function fetchRaw(url: string, headers: Record<string, string>): Promise<{ bytes: Buffer; encoding: string }> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        if (answer.statusCode !== 200) reject(new Error(`${url} answered ${answer.statusCode ?? "nothing"}`));
        else resolve({ bytes: Buffer.concat(chunks), encoding: answer.headers["content-encoding"] ?? "" });
      });
    }).on("error", reject);
  });
}
