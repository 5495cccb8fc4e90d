import type { z } from "zod";
import type { ApiSession } from "~/core/actor";
import { Forbidden } from "~/core/errors";
import type { Scope } from "~/core/scopes";
import { parseWith } from "~/web/body/parse";
import { mediaType } from "~/web/body/form-body.server";
import { requireApiCaller, type ApiCaller } from "~/web/guards.server";
import { readForm, readJson } from "./api-body.server";
import type { ApiRequest } from "./api-request";
import type { Answer, HeaderParameter, Named, PathParameter, Tag } from "./operation-parts";

/**
 * One operation of `/api`. A feature declares everything about it once: the routing, the scope check, the reading of
 * its input, its part of the description and of the reference are made from this
 * (docs/decisions/0018-one-operation-from-which-the-api-comes.md).
 */

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * Who may call: anybody, the holder of a session's access token, or the holder of that or of a personal access token
 * with the scope.
 */
type Access = "public" | "session" | Scope;

/**
 * The body of a request. With both `json` and `form`, the media type decides. A body with only `form` may have either
 * of the two form encodings.
 */
type Body<Json extends z.ZodType, Form extends z.ZodType> = Readonly<{
  json?: Named<Json>;
  form?: Named<Form>;
  /** An empty body counts as `{}`. */
  optional?: boolean;
}>;

type PathParameters = Readonly<Record<string, PathParameter>>;
type HeaderParameters = Readonly<Record<string, HeaderParameter>>;
type None = Readonly<Record<string, never>>;

type Description = Readonly<{
  method: Method;
  /** Parameters are written as `:name`. */
  path: string;
  /** The name in the description, and in code that is generated from it. */
  operationId: string;
  summary: string;
  description: string;
  tag: Tag;
  /** "v1" is served only with `API_V1=on`. */
  dialect?: "v1";
  /** The successful answers, by status. */
  answers: Readonly<Record<number, Answer>>;
  /** The statuses of its refusals, except those that follow from its scope, query and body. */
  errors?: readonly number[];
  /**
   * Also served below `/api/:userId`, for the token's own user only.
   *
   * @example { refusal: "Not authorized to access these tasks" }
   */
  owned?: Readonly<{ refusal: string }>;
  /** Translates an error into the dialect's words; undefined leaves it unchanged. */
  reword?: (error: unknown) => Error | undefined;
}>;

type Inputs<
  Params extends PathParameters,
  Headers extends HeaderParameters,
  Query extends z.ZodType,
  Json extends z.ZodType,
  Form extends z.ZodType,
> = Readonly<{
  /** One for each parameter of the path. */
  params?: Params;
  /** Read before the query and the body. */
  headers?: Headers;
  query?: Query;
  body?: Body<Json, Form>;
}>;

type Values<Parameters extends PathParameters | HeaderParameters> = {
  readonly [Name in keyof Parameters]: ReturnType<Parameters[Name]["read"]>;
};

type Call<
  Params extends PathParameters,
  Headers extends HeaderParameters,
  Query extends z.ZodType,
  Json extends z.ZodType,
  Form extends z.ZodType,
> = Pick<ApiRequest, "url" | "context"> &
  Readonly<{
    params: Values<Params>;
    headers: Values<Headers>;
    query: z.output<Query>;
    body: z.output<Json> | z.output<Form>;
  }>;

/**
 * Carries out the operation, once the caller is known and the input has been read. `run` is a method so that an
 * operation with any input type is an `AnySpec`.
 */
type Run<Input> =
  | Readonly<{ scope: "public"; run(call: Input): Promise<Response> }>
  | Readonly<{ scope: "session"; run(call: Input & Readonly<{ caller: ApiCaller<ApiSession> }>): Promise<Response> }>
  | Readonly<{ scope: Scope; run(call: Input & Readonly<{ caller: ApiCaller }>): Promise<Response> }>;

type Spec<
  Params extends PathParameters,
  Headers extends HeaderParameters,
  Query extends z.ZodType,
  Json extends z.ZodType,
  Form extends z.ZodType,
> = Description & Inputs<Params, Headers, Query, Json, Form> & Run<Call<Params, Headers, Query, Json, Form>>;

type AnySpec = Spec<PathParameters, HeaderParameters, z.ZodType, z.ZodType, z.ZodType>;

/** An operation as `/api` serves and describes it. */
export type Operation = Description &
  Inputs<PathParameters, HeaderParameters, z.ZodType, z.ZodType, z.ZodType> &
  Readonly<{ scope: Access; answer: (api: ApiRequest) => Promise<Response> }>;

/**
 * Creates an operation from its declaration. `run` gets the caller, and the parameters, headers, query and body as
 * parsed by their schemas. Before that a request may be refused, in this order, for its token or scope, the owner in
 * its path, its path, its headers, its query and its body.
 *
 * The returned operation's `answer` throws what `requireApiCaller` throws, {Forbidden} for another owner, and whatever
 * reading the input and running the operation throw.
 */
export function operation<
  Params extends PathParameters = None,
  Headers extends HeaderParameters = None,
  Query extends z.ZodType = z.ZodNever,
  Json extends z.ZodType = z.ZodNever,
  Form extends z.ZodType = z.ZodNever,
>(spec: Spec<Params, Headers, Query, Json, Form>): Operation;
// The implementation does not need the input's types: the signature above connects the schemas to `run`.
export function operation(spec: AnySpec): Operation {
  const { run: _run, ...described } = spec;
  return { ...described, answer: inItsWords(spec.reword, (api) => carryOut(spec, api)) };
}

async function carryOut(spec: AnySpec, api: ApiRequest): Promise<Response> {
  if (spec.scope === "public") return spec.run(await readInput(spec, api));
  if (spec.scope === "session") return spec.run(await callOf(await requireApiCaller(api), spec, api));
  return spec.run(await callOf(await requireApiCaller(api, spec.scope), spec, api));
}

async function callOf<Who extends ApiCaller>(caller: Who, spec: AnySpec, api: ApiRequest) {
  const { userId } = api.params;
  if (spec.owned && userId !== undefined && userId !== caller.actor.userId) throw new Forbidden(spec.owned.refusal);
  return { ...(await readInput(spec, api)), caller };
}

async function readInput({ params = {}, headers = {}, query, body }: AnySpec, api: ApiRequest) {
  const { request, url, context } = api;
  return {
    url,
    context,
    params: valuesOf(params, ([name, { read }]) => read(api.params[name] ?? "")),
    headers: valuesOf(headers, ([, { read }]) => read(request)),
    query: query && parseWith(query, Object.fromEntries(url.searchParams)),
    body: body && (await readBody(request, body)),
  };
}

const valuesOf = <Parameter>(
  parameters: Readonly<Record<string, Parameter>>,
  read: (entry: [name: string, parameter: Parameter]) => unknown,
) => Object.fromEntries(Object.entries(parameters).map((entry) => [entry[0], read(entry)]));

async function readBody(request: Request, { json, form, optional }: Body<z.ZodType, z.ZodType>): Promise<unknown> {
  if (form && (!json || mediaType(request) === "application/x-www-form-urlencoded"))
    return readForm(request, form.schema);
  return json && readJson(request, json.schema, { optional });
}

function inItsWords(reword: Description["reword"], answer: Operation["answer"]): Operation["answer"] {
  if (!reword) return answer;
  return async (api) => {
    try {
      return await answer(api);
    } catch (error) {
      const said = reword(error);
      if (said) throw said;
      throw error;
    }
  };
}
