import { z } from "zod";
import { named, type Named } from "~/api/operation-parts";

/** The parts that all descriptions share: schemas as JSON Schema, refusals, and the quota headers. */

type Json = Readonly<Record<string, unknown>>;

export const ref = (kind: "schemas" | "responses" | "headers" | "parameters", name: string) => ({
  $ref: `#/components/${kind}/${name}`,
});

/** A schema as JSON Schema, for input or output. */
export const schemaOf = (schema: z.ZodType, io: "input" | "output" = "input"): Json => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      // The pattern adds nothing to a format, and numbers in a URL are written in digits anyway.
      if (jsonSchema.format !== undefined || jsonSchema.type === "integer") delete jsonSchema.pattern;
    },
  });
  return rest;
};

export const problemAnswer: Named = named(
  "Problem",
  z.strictObject({
    type: z.string().meta({
      description: "`about:blank` where the status tells all there is; else the address of a page that explains it.",
      examples: ["about:blank"],
    }),
    title: z.string().meta({ examples: ["Invalid input"] }),
    status: z.int().meta({ examples: [422] }),
    detail: z
      .string()
      .meta({ description: "A sentence for people.", examples: ["The input is not valid. See errors."] }),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().meta({ description: "RFC 6901: the place in the body.", examples: ["/title"] }),
          detail: z.string().meta({ examples: ["Enter a title"] }),
        }),
      )
      .optional()
      .meta({ description: "With 422: every fault." }),
  }),
);

/** The headers of refusals. */
export const refusalHeaders = {
  RetryAfter: { description: "Seconds to wait.", required: true, schema: { type: "integer", minimum: 1 } },
  WwwAuthenticate: {
    description:
      'RFC 6750. Where a token was sent: `error="invalid_token"`, and an `error_description` that tells whether it is malformed, has expired or was ended.',
    required: true,
    schema: { type: "string" },
  },
};

/** The components that `quotaHeaders` refers to. */
export const quotaHeaderParts = {
  RateLimit: {
    description: "What is left of the token's quota, and for how many seconds.",
    schema: { type: "string" },
  },
  RateLimitPolicy: { description: "The token's quota and the seconds it is for.", schema: { type: "string" } },
};

/** The headers of answers to callers with a valid token. Omitted if rate limits are off. */
export const quotaHeaders = {
  RateLimit: ref("headers", "RateLimit"),
  "RateLimit-Policy": ref("headers", "RateLimitPolicy"),
};

const problems: Record<number, { name: string; description: string; headers?: Json }> = {
  400: { name: "BadRequest", description: "The request cannot be read, or the account or address is taken." },
  401: {
    name: "Unauthorized",
    description: "Not signed in, or the proof is wrong.",
    headers: { "WWW-Authenticate": ref("headers", "WwwAuthenticate") },
  },
  403: { name: "Forbidden", description: "Known, and not allowed; or a personal access token without the scope." },
  404: { name: "NotFound", description: "There is no such task of this user." },
  412: { name: "PreconditionFailed", description: "The task has changed since the state in If-Match." },
  413: { name: "TooLarge", description: "The body is larger than 100,000 bytes." },
  414: { name: "AddressTooLong", description: "The address is longer than 16 kB, or has more than 200 parameters." },
  415: { name: "UnsupportedMediaType", description: "The body is of another media type." },
  422: { name: "Invalid", description: "The input breaks a rule; `errors` names every fault." },
  429: {
    name: "TooManyRequests",
    description: "A limit is reached.",
    headers: { "Retry-After": ref("headers", "RetryAfter") },
  },
  503: {
    name: "NotAvailable",
    description: "The database cannot be used just now. A change may or may not have taken place.",
    headers: { "Retry-After": ref("headers", "RetryAfter") },
  },
};

const problemContent = { "application/problem+json": { schema: ref("schemas", problemAnswer.name) } };

/** The refusals by name. */
export const responses = Object.fromEntries(
  Object.values(problems).map(({ name, description, headers }) => [
    name,
    { description, headers: { ...headers, ...quotaHeaders }, content: problemContent },
  ]),
);

/**
 * Refusals by status. A call with a limit uses the database, so it may also answer that the database is unavailable.
 *
 * @throws {Error} for a status that the description has no text for
 */
export const refused = (statuses: readonly number[]) =>
  Object.fromEntries(
    (statuses.includes(429) ? [...statuses, 503] : statuses).map((status) => {
      const problem = problems[status];
      if (!problem) throw new Error(`The description has no words for ${status}`);
      return [status, ref("responses", problem.name)];
    }),
  );
