import type { AppLoadContext } from "@remix-run/node";
import { config } from "~/core/settings/config.server";
import { apiRoute, type ApiRoute } from "./api-route.server";
import type { Operation } from "./operation.server";
import { problem } from "./problem.server";

/**
 * The routing of `/api`. One list, because the framework matches a request against all its routes several times, compiling
 * their patterns anew: docs/decisions/0006-one-table-for-the-api.md.
 */

/** A path of `/api` and what it answers to, one operation for each method. */
export type ApiPath = Readonly<{ path: string; operations: readonly Operation[] }>;

/** The operations that are there without the second dialect. */
export const ownDialect = (operations: readonly Operation[]): readonly Operation[] =>
  operations.filter(({ dialect }) => dialect === undefined);

/**
 * Every path that a list of operations is served at, in the order in which they are tried. The forms with an owner in
 * front come last: "tasks" is no user, and as a task's number it is one that does not exist.
 */
export function pathsOf(operations: readonly Operation[]): readonly ApiPath[] {
  const byPath = new Map<string, Operation[]>();
  const add = (path: string, operation: Operation) => {
    byPath.set(path, [...(byPath.get(path) ?? []), operation]);
  };
  for (const operation of operations) add(operation.path, operation);
  for (const operation of operations)
    if (operation.owned) add(operation.path.replace(/^\/api(?=\/)/, "/api/:userId"), operation);
  return [...byPath].map(([path, own]) => ({ path, operations: own }));
}

type Entry = { pattern: RegExp; route: ApiRoute };

const entriesOf = (operations: readonly Operation[]): readonly Entry[] =>
  pathsOf(operations).map(({ path, operations: own }) => ({
    pattern: new RegExp(`^${path.replace(/:(\w+)/g, "(?<$1>[^/]+)")}/?$`, "i"),
    route: apiRoute(path, own),
  }));

type Served = Readonly<{ operations: readonly Operation[]; entries: readonly Entry[] }>;

let installed: Readonly<{ all: Served; own: Served }> | undefined;

/** Installs what `/api` serves; once, before the first request. */
export function serveOperations(operations: readonly Operation[]): void {
  const served = (some: readonly Operation[]): Served => ({ operations: some, entries: entriesOf(some) });
  installed = { all: served(operations), own: served(ownDialect(operations)) };
}

/** @throws {Error} where nothing was installed: a fault of the program, never of a request */
function served(): Served {
  if (!installed) throw new Error("Nothing is served below /api: installSurfaces() comes first");
  return config().apiV1 ? installed.all : installed.own;
}

/** The operations that this server has, by its settings. */
export const servedOperations = (): readonly Operation[] => served().operations;

/** Answers a request to `/api`; a path that is none gets a problem document, whatever the method. */
export async function serveApi(request: Request, context: AppLoadContext): Promise<Response> {
  const url = new URL(request.url);
  for (const { pattern, route } of served().entries) {
    const match = pattern.exec(url.pathname);
    if (match) return route({ request, url, params: decoded(match.groups ?? {}), context });
  }
  context.route = "/api/*";
  return problem(404, "There is nothing at this path");
}

/** The address was checked to be decodable before (`express-app.server.ts`). */
const decoded = (params: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]));
