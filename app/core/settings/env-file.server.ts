import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";

/**
 * Fills in what an environment does not say from a file of `NAME=value` lines, in whatever way an editor has saved it:
 * UTF-8 or UTF-16, with a byte order mark, with line ends of any system. Node's own reader takes the mark for a letter of
 * the first name.
 *
 * @param environment - what it says already goes before the file
 * @param file - nothing happens if there is none
 * @throws Error naming the file, if it is no text or may not be read
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
    // The decoder leaves the mark out.
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`${file} is not readable: save it as UTF-8`);
  }
  if (text.includes("\u0000")) throw new Error(`${file} is not readable: save it as UTF-8`);
  return text;
}
