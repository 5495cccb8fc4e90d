import type { z } from "zod";

/** The parts of operations, each with its name in the description. */

type JsonSchema = Readonly<Record<string, unknown>>;

/** A schema of a body or an answer. */
export type Named<Schema extends z.ZodType = z.ZodType> = Readonly<{ name: string; schema: Schema }>;

/** Names a schema. Each name may be used for one schema only. */
export const named = <Schema extends z.ZodType>(name: string, schema: Schema): Named<Schema> => ({ name, schema });

/** A parameter in a path. */
export type PathParameter<Value = unknown> = Readonly<{
  name: string;
  description: string;
  schema: JsonSchema;
  example: unknown;
  /** @param segment - decoded; throws if it cannot be valid */
  read: (segment: string) => Value;
}>;

/**
 * A header of a request. If its meaning depends on stored data, `read` returns a function that the operation calls once
 * it has the data.
 */
export type HeaderParameter<Value = unknown> = Readonly<{
  name: string;
  header: string;
  description: string;
  schema: JsonSchema;
  example: unknown;
  read: (request: Request) => Value;
}>;

/** A header that an answer always has. */
export type AnswerHeader = Readonly<{ name: string; description: string; schema: JsonSchema }>;

/** An answer of one status. */
export type Answer = Readonly<{
  description: string;
  /** Omitted for an answer without a body. `json` is for a JSON Schema without a name of its own. */
  body?: Named | Readonly<{ list: Named }> | Readonly<{ json: JsonSchema }>;
  /** By header name. */
  headers?: Readonly<Record<string, AnswerHeader>>;
}>;

/** A section of the description and of the reference. */
export type Tag = Readonly<{ name: string; description: string }>;

/** What the operations of the second dialect have in common (docs/api-v1.md). */
export const inV1 = {
  dialect: "v1",
  tag: { name: "v1", description: "The same accounts and tasks for clients written for FastAPI-style back ends." },
} as const;
