import type { AppLoadContext } from "@remix-run/node";
import { config } from "~/core/settings/config.server";
import { apiRoute, type ApiHandlers, type ApiRoute } from "./api-route.server";
import { problem } from "./problem.server";
import { login, logout, readMe, refresh, signup, updateMe } from "~/identity/api/auth.server";
import { readDescription } from "~/api/description/description.server";
import { complete, create, list, read, remove, update } from "~/tasks/api/tasks.server";
import * as v1 from "~/identity/api/v1.server";

/**
 * Every path of `/api` and what it answers to. One table, because the framework matches a request against all its
 * routes several times, compiling their patterns anew: docs/decisions/0006-one-table-for-the-api.md.
 */
const tasks: ApiHandlers = { GET: list, POST: create };
const task: ApiHandlers = { GET: read, PUT: update, PATCH: update, DELETE: remove };

type Table = readonly [path: string, handlers: ApiHandlers][];

const table: Table = [
  ["/api/openapi.json", { GET: readDescription }],
  ["/api/auth/signup", { POST: signup }],
  ["/api/auth/login", { POST: login }],
  ["/api/auth/refresh", { POST: refresh }],
  ["/api/auth/logout", { POST: logout }],
  ["/api/auth/me", { GET: readMe, PATCH: updateMe }],
  ["/api/tasks", tasks],
  // Before the form with an owner: "tasks" is no user, and as a task's number it is one that does not exist.
  ["/api/tasks/:id", task],
  ["/api/tasks/:id/complete", { PATCH: complete }],
  ["/api/:userId/tasks", tasks],
  ["/api/:userId/tasks/:id", task],
  ["/api/:userId/tasks/:id/complete", { PATCH: complete }],
];

/** The second dialect: the same, for clients written for other back ends. There with `API_V1=on`. */
const v1Table: Table = [
  ["/api/v1/auth/register", { POST: v1.register }],
  ["/api/v1/auth/login", { POST: v1.login }],
  ["/api/v1/auth/login/json", { POST: v1.loginJson }],
  ["/api/v1/auth/refresh", { POST: v1.refresh }],
  ["/api/v1/auth/me", { GET: readMe }],
  ["/api/v1/auth/logout", { POST: logout }],
  ["/api/v1/todos", { GET: v1.listTodos, POST: v1.createTodo }],
  ["/api/v1/todos/:id", { GET: v1.readTodo, PUT: v1.updateTodo, DELETE: v1.deleteTodo }],
  ["/api/auth/signin", { POST: v1.signin }],
];

/** What there is, for the check of the description. */
export const apiPaths: readonly (readonly [path: string, methods: string[]])[] = [...table, ...v1Table].map(
  ([path, handlers]) => [path, Object.keys(handlers)],
);

type Entry = { pattern: RegExp; route: ApiRoute };

const entriesOf = (table: Table): readonly Entry[] =>
  table.map(([path, handlers]) => ({
    pattern: new RegExp(`^${path.replace(/:(\w+)/g, "(?<$1>[^/]+)")}/?$`, "i"),
    route: apiRoute(path, handlers),
  }));

const entries = entriesOf(table);
const allEntries = [...entries, ...entriesOf(v1Table)];

/** Answers a request to `/api`; a path that is none gets a problem document, whatever the method. */
export async function serveApi(request: Request, context: AppLoadContext): Promise<Response> {
  const url = new URL(request.url);
  for (const { pattern, route } of config().apiV1 ? allEntries : entries) {
    const match = pattern.exec(url.pathname);
    if (match) return route({ request, url, params: decoded(match.groups ?? {}), context });
  }
  context.route = "/api/*";
  return problem(404, "There is nothing at this path");
}

/** The address was checked to be decodable before (`express-app.server.ts`). */
const decoded = (params: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]));
