import type { ActionFunctionArgs, AppLoadContext, LoaderFunctionArgs } from "@remix-run/node";
import { HttpError } from "./http-error";
import { problem, toProblem } from "./problem.server";

/** What a handler of `/api` is given. */
export type ApiRequest = Readonly<{
  request: Request;
  url: URL;
  params: Readonly<Record<string, string | undefined>>;
  context: AppLoadContext;
}>;

type Handler = (request: ApiRequest) => Promise<Response>;
type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * The loader and action of one path of `/api`. The framework alone would answer a thrown error as text, and a wrong
 * method without `Allow` (RFC 9110, section 15.5.6).
 *
 * @example
 * export const { loader, action } = apiRoute({ GET: listMine, POST: add });
 */
export function apiRoute(handlers: Partial<Record<Method, Handler>>) {
  const allowed = Object.keys(handlers).flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  const allow = [...allowed, "OPTIONS"].join(", ");

  const serve = async ({ request, params, context }: LoaderFunctionArgs | ActionFunctionArgs): Promise<Response> => {
    try {
      const url = new URL(request.url);
      context.route = routeTemplate(url.pathname, params);
      if (context.method === "OPTIONS") return new Response(null, { status: 204, headers: { Allow: allow } });
      const method = context.method === "HEAD" ? "GET" : context.method;
      const handler = Object.hasOwn(handlers, method) ? handlers[method as Method] : undefined;
      if (!handler) throw new HttpError(405, `This path answers to ${allow}`, { Allow: allow });
      return await handler({ request, url, params, context });
    } catch (error) {
      const answer = toProblem(error);
      if (answer) return answer;
      context.error = error;
      return problem(500, "Something went wrong on our side. The request can be sent again.");
    }
  };
  return { loader: serve, action: serve };
}

/** The path with its parameters' names in place of their values, so that a log line names a route and not a record. */
export function routeTemplate(pathname: string, params: Readonly<Record<string, string | undefined>>): string {
  const names = new Map(Object.entries(params).map(([name, value]) => [value, name]));
  return pathname
    .split("/")
    .map((segment) => (names.has(segment) && segment ? `:${names.get(segment) ?? ""}` : segment))
    .join("/");
}

/** A JSON answer. */
export const json = (value: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(value), { status, headers: { "Content-Type": "application/json", ...headers } });
