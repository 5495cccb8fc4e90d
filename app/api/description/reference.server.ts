import type { ApiAnswer, ApiBody, ApiCall, ApiField, ApiReference } from "~/api/parts/api-view";
import { curl } from "./curl";
import {
  bodyExampleOf,
  exampleOf,
  hasExample,
  isChoice,
  limitsInWords,
  typeInWords,
  type Schema,
} from "./schema-words";

/** The parts of the description of `/api` (OpenAPI 3.1) that the reference uses. */
type Reference = { $ref?: string };
type Parameter = {
  name?: string;
  in?: string;
  description?: string;
  required?: boolean;
  schema?: Schema;
  example?: unknown;
} & Reference;
type Header = { description?: string } & Reference;
type Content = Record<string, { schema?: Schema }>;
type Answer = { description?: string; headers?: Record<string, Header>; content?: Content } & Reference;
type Operation = {
  tags: string[];
  operationId: string;
  summary: string;
  description: string;
  security?: object[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, Answer>;
};
type PathItem = Record<string, Operation | Parameter[]>;
type Document = {
  info: { version: string; description: string };
  security: object[];
  tags: { name: string; description: string }[];
  paths: object;
  components: object;
};

/** Fields that are shown as shell variables of the guide. */
const variables: Record<string, unknown> = { refresh_token: "$REFRESH_TOKEN" };

/**
 * Sorts operations that end or delete something to the end of their section, so that the commands work in their order.
 */
const lateness = (path: string, method: string) => (path.endsWith("/logout") ? 2 : method === "delete" ? 1 : 0);

/**
 * The reference of the API, as the page shows it.
 *
 * @param document - the description, of `openApiDocument`
 * @param origin - the origin of its paths, for the commands
 * @throws Error for a reference to a part that the document does not have
 */
export function referenceOf(document: Document, origin: string): ApiReference {
  const resolve = resolverOf(document.components);
  const paths = document.paths as Record<string, PathItem>;
  const all = Object.entries(paths).flatMap(([path, { parameters = [], ...methods }]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
      operation,
      late: lateness(path, method),
      call: () =>
        callOf(path, method, operation, {
          parameters: [...(parameters as Parameter[]), ...(operation.parameters ?? [])].map(resolve),
          needsToken: (operation.security ?? document.security).length > 0,
          origin,
          resolve,
        }),
    })),
  );
  const sections = document.tags.map(({ name, description }) => {
    const own = all.filter(({ operation }) => operation.tags[0] === name);
    const ordered = own.sort((one, other) => one.late - other.late);
    return { id: name.toLowerCase(), title: name, description, calls: ordered.map(({ call }) => call()) };
  });
  return { version: document.info.version, description: document.info.description, sections };
}

type Resolve = <Part extends Reference>(part: Part) => Part;

/** Resolves a reference to a part of the document. */
function resolverOf(components: object): Resolve {
  return (part) => {
    if (part.$ref === undefined) return part;
    const [, , kind = "", name = ""] = part.$ref.split("/");
    const named = (components as Partial<Record<string, Partial<Record<string, object>>>>)[kind]?.[name];
    if (!named) throw new Error(`The description has no ${part.$ref}`);
    return named as typeof part;
  };
}

type Surroundings = { parameters: Parameter[]; needsToken: boolean; origin: string; resolve: Resolve };

function callOf(path: string, method: string, operation: Operation, around: Surroundings): ApiCall {
  const { operationId, summary, description, requestBody, responses } = operation;
  const { resolve } = around;
  const answers = Object.entries(responses).map(([status, answer]) => ({ status, ...resolve(answer) }));
  return {
    id: operationId,
    method: method.toUpperCase(),
    path,
    title: summary,
    description,
    needsToken: around.needsToken,
    parameters: around.parameters.map(parameterField),
    bodies: requestBody ? bodiesOf(requestBody, resolve) : [],
    answers: answers.map((answer) => answerOf(answer, resolve)),
    commands: commandsOf(path, method.toUpperCase(), operation, around),
  };
}

const shown = (value: unknown): string =>
  value === undefined || value === "" ? "" : typeof value === "string" ? value : JSON.stringify(value);

function fieldOf(name: string, schema: Schema, required: boolean): ApiField {
  return {
    name,
    type: typeInWords(schema),
    required,
    limits: limitsInWords(schema),
    description: schema.description ?? "",
    // For a choice, the type already lists the values.
    example: isChoice(schema) || !hasExample(schema) ? "" : shown(exampleOf(schema)),
  };
}

const parameterField = (parameter: Parameter): ApiField => ({
  ...fieldOf(parameter.name ?? "", parameter.schema ?? {}, parameter.required ?? false),
  place: parameter.in,
  description: parameter.description ?? "",
  example: isChoice(parameter.schema ?? {}) ? "" : shown(parameter.example),
});

const bodiesOf = ({ required = false, content }: NonNullable<Operation["requestBody"]>, resolve: Resolve): ApiBody[] =>
  Object.entries(content).map(([mediaType, { schema = {} }]) => {
    const { properties = {}, required: must = [] } = resolve(schema);
    const fields = Object.entries(properties).map(([name, part]) => fieldOf(name, resolve(part), must.includes(name)));
    return { mediaType, required, fields };
  });

function answerOf({ status, description = "", headers = {}, content }: Answer & { status: string }, resolve: Resolve) {
  // Problem documents all look alike, and the guide shows one.
  const schema = content?.["application/json"]?.schema;
  const inner = schema && resolve(schema);
  const whole = inner?.items ? { ...inner, items: resolve(inner.items) } : inner;
  // A schema that only says "an object" has no example.
  const example = whole && (whole.properties ?? whole.items) ? JSON.stringify(exampleOf(whole), null, 2) : "";
  const named = Object.entries(headers).map(([name, header]) => ({
    name,
    description: resolve(header).description ?? "",
  }));
  return { status, description, headers: named, example } satisfies ApiAnswer;
}

function commandsOf(path: string, method: string, operation: Operation, around: Surroundings): ApiCall["commands"] {
  const { parameters, needsToken, origin, resolve } = around;
  const inPath: Record<string, unknown> = {};
  for (const { name = "", in: place, example } of parameters) if (place === "path") inPath[name] = example;
  const url = origin + path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(shown(inPath[name])));
  const success = Object.entries(operation.responses).find(([status]) => status.startsWith("2"));
  // For an answer without a body, `-i` shows at least the status.
  const options = success && resolve(success[1]).content ? undefined : "-i";
  const contents = Object.entries(operation.requestBody?.content ?? {});
  if (!contents.length) return [{ label: "", text: curl({ method, url, needsToken, options }) }];
  return contents.map(([mediaType, { schema = {} }]) => {
    const body = bodyExampleOf(resolve(schema));
    for (const name of Object.keys(body)) if (Object.hasOwn(variables, name)) body[name] = variables[name];
    const label = contents.length > 1 ? mediaType : "";
    return { label, text: curl({ method, url, needsToken, body, mediaType, options }) };
  });
}
