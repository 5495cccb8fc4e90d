import type { z } from "zod";

/** What operations are put together from, each under the name that the description gives it. */

type JsonSchema = Readonly<Record<string, unknown>>;

/** A schema of a body or an answer. */
export type Named<Schema extends z.ZodType = z.ZodType> = Readonly<{ name: string; schema: Schema }>;

/** A schema under a name; no two of one name are in the description. */
export const named = <Schema extends z.ZodType>(name: string, schema: Schema): Named<Schema> => ({ name, schema });

/** A parameter in a path. */
export type PathParameter<Value = unknown> = Readonly<{
  name: string;
  description: string;
  schema: JsonSchema;
  example: unknown;
  /** @param segment - decoded; throws for one that can be of no use */
  read: (segment: string) => Value;
}>;

/**
 * A header of a request. One whose meaning depends on what is stored is read as a question, which the operation asks when
 * it knows more.
 */
export type HeaderParameter<Value = unknown> = Readonly<{
  name: string;
  header: string;
  description: string;
  schema: JsonSchema;
  example: unknown;
  read: (request: Request) => Value;
}>;

/** A header of an answer that is always there. */
export type AnswerHeader = Readonly<{ name: string; description: string; schema: JsonSchema }>;

/** An answer of one status. */
export type Answer = Readonly<{
  description: string;
  /** Left out for an answer without a body. A schema of JSON is one that has no name of its own. */
  body?: Named | Readonly<{ list: Named }> | Readonly<{ json: JsonSchema }>;
  /** By the header's name. */
  headers?: Readonly<Record<string, AnswerHeader>>;
}>;

/** A section of the description and of the reference. */
export type Tag = Readonly<{ name: string; description: string }>;

/** What the operations of the second dialect have in common (docs/api-v1.md). */
export const inV1 = {
  dialect: "v1",
  tag: { name: "v1", description: "The same accounts and tasks for clients written for FastAPI-style back ends." },
} as const;
