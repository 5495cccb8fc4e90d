import type { z } from "zod";
import type { Answer, Named } from "~/api/operation-parts";
import type { Operation } from "~/api/operation.server";
import { quotaHeaders, ref, refused, schemaOf } from "./openapi-parts.server";

/** Describes operations in OpenAPI 3.1. */

/** The statuses that are answered before an operation is called, whether it expects a body or not. */
const refusedAnywhere = [400, 413, 414, 415];

type Member = [name: string, described: object];

/** The OpenAPI operation object of one operation. */
export function describeOperation(operation: Operation) {
  const { tag, operationId, summary, description, scope, body } = operation;
  const parameters = [...queryParameters(operation.query), ...namesOf(operation.headers)];
  return {
    tags: [tag.name],
    operationId,
    summary,
    description,
    ...(scope === "public" ? { security: [] } : {}),
    ...(parameters.length ? { parameters } : {}),
    ...(body ? { requestBody: { required: !body.optional, content: contentOf(body) } } : {}),
    responses: responsesOf(operation),
  };
}

/** References to parameters by their names. */
export const namesOf = (parameters: Readonly<Record<string, { name: string }>> = {}) =>
  Object.values(parameters).map(({ name }) => ref("parameters", name));

/** The query parameters of a list, one for each field of its schema. */
function queryParameters(query: z.ZodType | undefined) {
  if (!query) return [];
  const { properties = {} } = schemaOf(query) as { properties?: Record<string, Record<string, unknown>> };
  return Object.entries(properties).map(([name, { description, examples, ...schema }]) => ({
    name,
    in: "query",
    description,
    required: false,
    schema,
    ...(Array.isArray(examples) ? { example: examples[0] as unknown } : {}),
  }));
}

/** A body that is only accepted as a form may have either of the two form encodings. */
function contentOf({ json, form }: NonNullable<Operation["body"]>) {
  const one = (mediaType: string, { name }: Named) => ({ [mediaType]: { schema: ref("schemas", name) } });
  return {
    ...(json ? one("application/json", json) : {}),
    ...(form ? one("application/x-www-form-urlencoded", form) : {}),
    ...(form && !json ? one("multipart/form-data", form) : {}),
  };
}

function responsesOf({ scope, query, body, answers, errors = [] }: Operation) {
  const isPublic = scope === "public";
  const refusals = [...(query || body ? [422] : []), ...(isPublic ? [] : [401, 403, 429]), ...errors];
  const answered = Object.entries(answers).map(([status, answer]): Member => [
    status,
    answeredWith(answer, isPublic ? {} : quotaHeaders),
  ]);
  return { ...refused([...refusedAnywhere, ...refusals]), ...Object.fromEntries(answered) };
}

function answeredWith({ description, body, headers = {} }: Answer, more: Readonly<Record<string, object>>) {
  const named = Object.entries(headers).map(([header, { name }]): Member => [header, ref("headers", name)]);
  const all = { ...Object.fromEntries(named), ...more };
  return {
    description,
    ...(Object.keys(all).length ? { headers: all } : {}),
    ...(body ? { content: { "application/json": { schema: answerSchema(body) } } } : {}),
  };
}

function answerSchema(body: NonNullable<Answer["body"]>): object {
  if ("json" in body) return body.json;
  return "list" in body ? { type: "array", items: ref("schemas", body.list.name) } : ref("schemas", body.name);
}
