import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";

/**
 * Adds the variables that an environment lacks from a file of `NAME=value` lines. Reads UTF-8 and UTF-16, a byte order
 * mark and any line ends, because Node's own reader takes the mark for a part of the first name.
 *
 * @param environment - its own values take precedence over the file's
 * @param file - may be missing
 * @throws Error naming the file, if it is not text or cannot be read
 */
export function fillFromFile(environment: Record<string, string | undefined>, file: string): void {
  const bytes = readIfThere(file);
  if (!bytes) return;
  for (const [name, value] of Object.entries(parseEnv(decode(bytes, file).replace(/\r\n?/g, "\n"))))
    environment[name] ??= value;
}

function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

function decode(bytes: Buffer, file: string): string {
  const mark = bytes.subarray(0, 2).toString("hex");
  const encoding = mark === "fffe" ? "utf-16le" : mark === "feff" ? "utf-16be" : "utf-8";
  let text: string;
  try {
    // The decoder removes the byte order mark.
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`${file} is not readable: save it as UTF-8`);
  }
  if (text.includes("\u0000")) throw new Error(`${file} is not readable: save it as UTF-8`);
  return text;
}
