import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { send, visit } from "../../../support/http";
import { startServer, type RunningServer } from "../../../support/server";

/* Files beside the pages: icons, the manifest, scripts. */

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ databaseUrl: config().databaseUrl });
});

afterAll(() => server.stop());

/** A file as its bytes. */
async function fetchBytes(path: string): Promise<{ type: string | null; bytes: Buffer; cached: string | null }> {
  const answer = await fetch(server.url + path);
  expect([path, answer.status]).toEqual([path, 200]);
  const { headers } = answer;
  return {
    type: headers.get("content-type"),
    bytes: Buffer.from(await answer.arrayBuffer()),
    cached: headers.get("cache-control"),
  };
}

/** Width and height of a PNG picture (its first chunk, RFC 2083, 4.1.1). */
function sizeOf(png: Buffer): [number, number] {
  expect(png.subarray(1, 4).toString("latin1")).toBe("PNG");
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

describe("icons", () => {
  it("favicon.ico, which is asked for without being named, has pictures for three sizes", async () => {
    const { type, bytes, cached } = await fetchBytes("/favicon.ico");
    expect([type, cached]).toEqual(["image/x-icon", "public, max-age=3600"]);
    expect(bytes.readUInt16LE(4)).toBe(3);
    for (const [index, size] of [16, 32, 48].entries()) {
      const from = bytes.readUInt32LE(6 + 16 * index + 12);
      expect(sizeOf(bytes.subarray(from))).toEqual([size, size]);
    }
  });

  it("every page names them, and they are what they say", async () => {
    const { text } = await visit(server.url, "/login");
    const named = [...text.matchAll(/<link rel="(?:icon|apple-touch-icon|manifest)" href="([^"]+)"/g)];
    expect(named.map(([, path]) => path)).toEqual([
      "/favicon.ico",
      "/favicon.svg",
      "/apple-touch-icon.png",
      "/manifest.webmanifest",
    ]);
    expect(sizeOf((await fetchBytes("/apple-touch-icon.png")).bytes)).toEqual([180, 180]);
  });

  it("the manifest opens the tasks in a window of their own, with icons that are there", async () => {
    const { type, bytes } = await fetchBytes("/manifest.webmanifest");
    expect(type).toBe("application/manifest+json");
    const manifest = JSON.parse(bytes.toString("utf8")) as {
      start_url: string;
      display: string;
      icons: { src: string; sizes: string; type: string; purpose?: string }[];
    };
    expect(manifest).toMatchObject({ start_url: "/tasks", display: "standalone" });
    expect(manifest.icons.map(({ purpose }) => purpose)).toContain("maskable");
    for (const icon of manifest.icons) {
      const file = await fetchBytes(icon.src);
      expect(file.type).toBe(icon.type);
      if (icon.type === "image/png") expect(sizeOf(file.bytes).join("x")).toBe(icon.sizes);
    }
  });

  it("cost no session and no cookie, and another name is no page", async () => {
    expect((await send(server.url, "/favicon.ico")).cookies).toEqual([]);
    expect((await send(server.url, "/icon-1.png")).status).toBe(404);
  });
});

it("a script of an earlier version is not there, and that is not kept", async () => {
  const answer = await send(server.url, "/assets/root-12345678.js");
  expect([answer.status, answer.headers["cache-control"], answer.text]).toEqual([404, "no-store", "Not found"]);
});
