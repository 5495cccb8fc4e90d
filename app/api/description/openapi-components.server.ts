import type { Answer, Named } from "~/api/operation-parts";
import type { Operation } from "~/api/operation.server";
import { problemAnswer, quotaHeaderParts, refusalHeaders, responses, schemaOf } from "./openapi-parts.server";

/** The parts of the description that operations refer to by name. */

type Part = readonly [name: string, described: object];

/**
 * The named parts of the description.
 *
 * @throws {Error} if two different parts of one kind have the same name
 */
export function componentsOf(operations: readonly Operation[]) {
  return {
    schemas: byName([
      ...operations.flatMap(bodySchemas).map(({ name, schema }): Part => [name, schemaOf(schema)]),
      ...[...operations.flatMap(answerSchemas), problemAnswer].map(({ name, schema }): Part => [
        name,
        schemaOf(schema, "output"),
      ]),
    ]),
    responses,
    headers: { ...refusalHeaders, ...byName(operations.flatMap(answerHeaders)), ...quotaHeaderParts },
    parameters: byName([...operations.flatMap(pathParameters), ...operations.flatMap(headerParameters)]),
  };
}

function byName(parts: readonly Part[]): Record<string, object> {
  const found = new Map<string, object>();
  for (const [name, described] of parts) {
    const known = found.get(name) ?? described;
    if (JSON.stringify(known) !== JSON.stringify(described))
      throw new Error(`Two parts of the description are named ${name}`);
    found.set(name, known);
  }
  return Object.fromEntries(found);
}

const bodySchemas = ({ body: { json, form } = {} }: Operation): Named[] =>
  [json, form].filter((schema) => schema !== undefined);

const answersOf = ({ answers }: Operation): Answer[] => Object.values(answers);

const answerSchemas = (operation: Operation): Named[] =>
  answersOf(operation).flatMap(({ body }) => {
    if (!body || "json" in body) return [];
    return ["list" in body ? body.list : body];
  });

const answerHeaders = (operation: Operation): Part[] =>
  answersOf(operation).flatMap(({ headers = {} }) =>
    Object.values(headers).map(({ name, ...header }): Part => [name, { ...header, required: true }]),
  );

const pathParameters = ({ params = {} }: Operation): Part[] =>
  Object.entries(params).map(([inPath, { name, description, schema, example }]) => [
    name,
    { name: inPath, in: "path", description, required: true, schema, example },
  ]);

const headerParameters = ({ headers = {} }: Operation): Part[] =>
  Object.values(headers).map(({ name, header, description, schema, example }) => [
    name,
    { name: header, in: "header", description, required: false, schema, example },
  ]);
