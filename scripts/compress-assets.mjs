// Compresses the browser's files once, at build time, so that the server can send them from disk.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

const folder = path.resolve(import.meta.dirname, "../build/client");

for (const name of readdirSync(folder, { recursive: true })) {
  if (!/\.(js|css|svg|txt|webmanifest)$/.test(name)) continue;
  const file = path.join(folder, name);
  const content = readFileSync(file);
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
  writeFileSync(`${file}.br`, brotliCompressSync(content));
}
