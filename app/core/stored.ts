import type { z } from "zod";

/**
 * Reads JSON that this program, a version before it or a client has kept: rows, sealed boxes, cursors, what a browser hands
 * back. What is no JSON, or JSON of another shape, counts as not there, so a value that an earlier version wrote in another
 * way costs its owner that value and is no error.
 *
 * @param schema - of an object or a list
 * @returns null for anything else
 */
export function parseStored<Schema extends z.ZodType<object>>(schema: Schema, text: string): z.output<Schema> | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : null;
}
