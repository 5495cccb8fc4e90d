import type { z } from "zod";
import { Invalid, type Fault } from "~/core/errors";

/**
 * Reads a value by a schema.
 *
 * @throws {Invalid} with every fault; each unknown field is a fault of its own, under its own name
 */
export function parseWith<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Invalid(parsed.error.issues.flatMap(toFaults));
}

function toFaults(issue: z.core.$ZodIssue): Fault[] {
  const path = issue.path.map((segment) => (typeof segment === "symbol" ? String(segment) : segment));
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ path: [...path, key], message: `Unknown field ${key}` }));
  if (path.length === 0 && issue.code === "invalid_type") return [{ path, message: "The body must be a JSON object" }];
  return [{ path, message: issue.message }];
}
