import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { describedApi } from "./api-operations";
import type { Answer } from "./http";

/**
 * Checks every answer of `/api` that any test gets against the description at `/api/openapi.json`. An answer that is
 * not described fails the test.
 */
type Described = {
  content?: Record<string, { schema: object }>;
  headers?: Record<string, { $ref?: string }>;
  $ref?: string;
};
type Operation = { responses: Record<string, Described> };

const document = describedApi("http://localhost", { v1: true });
const ajv = new Ajv2020({ strict: false, allErrors: true });
// The package is CommonJS, but its types say otherwise.
(formats as unknown as { default: (to: Ajv2020) => void }).default(ajv);
ajv.addSchema({ $id: "document", ...document });

const validators = new Map<string, ValidateFunction>();

/** Compiled once, because thousands of answers are checked against the same few schemas. */
function validatorOf(schema: object): ValidateFunction {
  const key = JSON.stringify(schema);
  const known = validators.get(key) ?? ajv.compile(JSON.parse(key.replaceAll('"#/', '"document#/')) as object);
  validators.set(key, known);
  return known;
}

const resolve = (described: Described): Described =>
  described.$ref ? (document.components.responses[described.$ref.split("/").at(-1) ?? ""] as Described) : described;

/** The described path that a request's path matches, and whether it begins with the owner. */
function describedPath(path: string): { name: string; ownersForm: boolean } {
  // The framework's client code requests data at such URLs; `/api` has none.
  if (/[?&]_data=/.test(path)) return { name: "", ownersForm: false };
  const plain = (path.split("?")[0] ?? "").replace(/\/$/, "");
  const owners = /^\/api\/(?!auth\/|tasks(\/|$))[^/]+(\/tasks(\/.*)?)$/i.exec(plain);
  const common = owners ? `/api${owners[2] ?? ""}` : plain;
  return {
    name: common.toLowerCase().replace(/^(\/api\/(?:tasks|v1\/todos)\/)[^/]+/, "$1{id}"),
    ownersForm: owners !== null,
  };
}

/** @throws Error that says what differs from the description */
export function checkDescribed(method: string, path: string, answer: Answer): void {
  if (!/^\/api(\/|$|\?)/i.test(path)) return;
  const { name, ownersForm } = describedPath(path);
  const item = (document.paths as object as Record<string, Record<string, Operation> | undefined>)[name];
  const asked = method === "HEAD" ? "get" : method.toLowerCase();
  const operation = item && Object.hasOwn(item, asked) ? item[asked] : undefined;
  const where = `${method} ${path} answered ${answer.status}`;
  const described = operation?.responses[answer.status];
  if (!described) {
    // Unknown methods and paths, invalid URLs, and other owners are refused before any operation.
    const general = operation ? (ownersForm ? [403] : []) : [400, 401, 403, 404, 405, 413, 414, 415, 431];
    if (method === "OPTIONS" && answer.status === 204) return;
    if (!general.includes(answer.status)) throw new Error(`${where}, which /api/openapi.json does not describe`);
    return checkBody(where, answer, { content: { "application/problem+json": problemContent } }, method);
  }
  checkBody(where, answer, resolve(described), method);
}

const problemContent = { schema: { $ref: "#/components/schemas/Problem" } };

function isRequired(header: { $ref?: string }): boolean {
  const named = document.components.headers as Record<string, { required?: boolean }>;
  return named[header.$ref?.split("/").at(-1) ?? ""]?.required === true;
}

function checkBody(where: string, answer: Answer, { content, headers = {} }: Described, method: string): void {
  for (const [header, described] of Object.entries(headers))
    if (isRequired(described) && answer.headers[header.toLowerCase()] === undefined)
      throw new Error(`${where} without the header ${header}`);
  if (!content) {
    if (answer.text !== "") throw new Error(`${where} with a body`);
    return;
  }
  const type = (answer.headers["content-type"] ?? "").split(";")[0] ?? "";
  const media = content[type];
  if (!media) throw new Error(`${where} as ${type}, described is ${Object.keys(content).join(", ")}`);
  if (method === "HEAD") return;
  const validate = validatorOf(media.schema);
  if (!validate(answer.json<unknown>()))
    throw new Error(`${where}: ${ajv.errorsText(validate.errors)}\n${answer.text}`);
}
