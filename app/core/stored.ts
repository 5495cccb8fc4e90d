import type { z } from "zod";

/** What may be stored: anything but null, which stands for a value that is missing. */
export type StoredValue = object | string | number | boolean;

/**
 * Reads JSON that this program, an earlier version or a client has stored: rows, sealed boxes, cursors, values that a
 * browser sends back. Text that is not JSON, or JSON of another shape, counts as missing: a value that an earlier
 * version wrote in another shape is lost, but causes no error.
 *
 * @returns the value; null if the text does not match the schema
 */
export function parseStored<Schema extends z.ZodType<StoredValue>>(
  schema: Schema,
  text: string,
): z.output<Schema> | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : null;
}
