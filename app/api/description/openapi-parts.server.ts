import { z } from "zod";

/** What the description of `/api` is put together from. The names of schemas are checked by the linters of the tests. */

type Json = Record<string, unknown>;

export const ref = (kind: "schemas" | "responses" | "headers" | "parameters", name: string) => ({
  $ref: `#/components/${kind}/${name}`,
});

export const schemaOf = (schema: z.ZodType, io: "input" | "output" = "input"): Json => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      // The format says it, and a number in an address is written in digits anyway.
      if (jsonSchema.format !== undefined || jsonSchema.type === "integer") delete jsonSchema.pattern;
    },
  });
  return rest;
};

export const headers = {
  RetryAfter: { description: "Seconds to wait.", required: true, schema: { type: "integer", minimum: 1 } },
  WwwAuthenticate: {
    description:
      'RFC 6750. Where a token was sent: `error="invalid_token"`, and an `error_description` that tells whether it is malformed, has expired or was ended.',
    required: true,
    schema: { type: "string" },
  },
  ETag: { description: "The state, for If-Match and If-None-Match.", required: true, schema: { type: "string" } },
  Location: { description: "The new task's path.", required: true, schema: { type: "string" } },
  Link: { description: "RFC 8288: first, prev, next, last.", required: true, schema: { type: "string" } },
  TotalCount: { description: "How many match in all.", required: true, schema: { type: "integer", minimum: 0 } },
  RateLimit: {
    description: "What is left of the token's quota, and for how many seconds.",
    schema: { type: "string" },
  },
  RateLimitPolicy: { description: "The token's quota and the seconds it is for.", schema: { type: "string" } },
};

/** With the answers to whoever has shown a good token, unless the server counts nothing. */
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

const problemContent = { "application/problem+json": { schema: ref("schemas", "Problem") } };

export const responses = Object.fromEntries(
  Object.values(problems).map(({ name, description, headers }) => [
    name,
    { description, headers: { ...headers, ...quotaHeaders }, content: problemContent },
  ]),
);

/** A call that may reach a limit asks the database, and so may find it unusable. */
export const refused = (...statuses: number[]) =>
  Object.fromEntries(
    (statuses.includes(429) ? [...statuses, 503] : statuses).map((status) => [
      status,
      ref("responses", problems[status]?.name ?? ""),
    ]),
  );

export const answered = (
  status: number,
  description: string,
  schema?: string | [string],
  named: Record<string, keyof typeof headers> = {},
) => ({
  [status]: {
    description,
    ...(Object.keys(named).length
      ? { headers: Object.fromEntries(Object.entries(named).map(([name, header]) => [name, ref("headers", header)])) }
      : {}),
    ...(schema
      ? {
          content: {
            "application/json": {
              schema: Array.isArray(schema)
                ? { type: "array", items: ref("schemas", schema[0]) }
                : ref("schemas", schema),
            },
          },
        }
      : {}),
  },
});

/** @param form - the schema of the same as a form */
export const bodyOf = (schema: string, required: boolean, form?: string) => ({
  requestBody: {
    required,
    content: {
      "application/json": { schema: ref("schemas", schema) },
      ...(form ? { "application/x-www-form-urlencoded": { schema: ref("schemas", form) } } : {}),
    },
  },
});

/** A body that is a form, in either of the encodings that forms have. */
export const formOf = (schema: string) => ({
  requestBody: {
    required: true,
    content: {
      "application/x-www-form-urlencoded": { schema: ref("schemas", schema) },
      "multipart/form-data": { schema: ref("schemas", schema) },
    },
  },
});

/** For calls that take no token. */
export const open = { security: [] };

const headerParameter = (name: string, description: string, example: string) => ({
  name,
  in: "header",
  description,
  required: false,
  schema: { type: "string" },
  example,
});

export const parameters = {
  TaskId: {
    name: "id",
    in: "path",
    description: "The task's number.",
    required: true,
    schema: { type: "integer", minimum: 1 },
    example: 1,
  },
  IfMatch: headerParameter("If-Match", "Change the task in this state alone.", '"1-mgk2x1ab"'),
  IfNoneMatch: headerParameter("If-None-Match", "Answer 304 if nothing has changed.", '"1-mgk2x1ab"'),
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description: "A key of the client's own. For 24 hours the same key is the same task.",
    required: false,
    schema: { type: "string", minLength: 1, maxLength: 255 },
    example: "5f0c9a52-add-milk",
  },
};

export const param = (...names: (keyof typeof parameters)[]) => names.map((name) => ref("parameters", name));

/** The query of a list, a parameter for each field of its schema. */
export function queryParameters(query: z.ZodType) {
  const { properties = {} } = schemaOf(query) as { properties?: Record<string, Json> };
  return Object.entries(properties).map(([name, { description, examples, ...schema }]) => ({
    name,
    in: "query",
    description,
    required: false,
    schema,
    ...(Array.isArray(examples) ? { example: examples[0] as unknown } : {}),
  }));
}

/** What a request with a body can be refused with. */
export const readsBody = [400, 413, 415, 422];
