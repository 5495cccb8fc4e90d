import type { AppLoadContext } from "@remix-run/node";
import { slot } from "~/core/registry";
import { config } from "~/core/settings/config.server";
import { apiRoute, type ApiRoute } from "./api-route.server";
import type { Operation } from "./operation.server";
import { problem } from "./problem.server";

/**
 * The routing of `/api`, in one table: the framework matches a request against all its routes several times and
 * compiles their patterns each time (docs/decisions/0006-one-table-for-the-api.md).
 */

/** A path of `/api` and its operations, one for each method. */
export type ApiPath = Readonly<{ path: string; operations: readonly Operation[] }>;

/** The operations without the second dialect. */
export const ownDialect = (operations: readonly Operation[]): readonly Operation[] =>
  operations.filter(({ dialect }) => dialect === undefined);

/**
 * All paths at which operations are served, in the order in which they are tried. The paths that begin with an owner
 * come last, so that "tasks" is not read as a user.
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

const installed = slot<Readonly<{ all: Served; own: Served }>>(
  "Nothing is served below /api: installSurfaces() comes first",
);

/** Sets the operations that `/api` serves; called once, before the first request. */
export function serveOperations(operations: readonly Operation[]): void {
  const served = (some: readonly Operation[]): Served => ({ operations: some, entries: entriesOf(some) });
  installed.install({ all: served(operations), own: served(ownDialect(operations)) });
}

/** @throws {Error} if nothing was installed */
function served(): Served {
  const { all, own } = installed.get();
  return config().apiV1 ? all : own;
}

/** The operations that this server serves with its settings. */
export const servedOperations = (): readonly Operation[] => served().operations;

/** Answers a request to `/api`. An unknown path gets a problem document, whatever the method. */
export async function serveApi(request: Request, context: AppLoadContext): Promise<Response> {
  const url = new URL(request.url);
  for (const { pattern, route } of served().entries) {
    const match = pattern.exec(url.pathname);
    if (match) return route({ request, url, params: decoded(match.groups ?? {}), context });
  }
  context.route = "/api/*";
  return problem(404, "There is nothing at this path");
}

/** Decodes path parameters. The URL was checked to be decodable before (`express-app.server.ts`). */
const decoded = (params: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]));
