import type { AppLoadContext } from "@remix-run/node";
import { completeAnswer } from "~/web/server/complete-answer.server";
import { HttpError } from "~/web/http-error";
import { problem, toProblem } from "./problem.server";

/** What a handler of `/api` is given. */
export type ApiRequest = Readonly<{
  request: Request;
  url: URL;
  params: Readonly<Record<string, string | undefined>>;
  context: AppLoadContext;
}>;

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What a path answers to, by method. `HEAD` and `OPTIONS` follow from it. */
export type ApiHandlers = Readonly<Partial<Record<Method, (request: ApiRequest) => Promise<Response>>>>;

export type ApiRoute = (request: ApiRequest) => Promise<Response>;

/**
 * One path of `/api`: picks the handler, and turns what it throws into a problem document. A method that the path does
 * not know gets its `Allow` (RFC 9110, section 15.5.6).
 *
 * @param path - for the log, with the parameters' names in place of their values
 */
export function apiRoute(path: string, handlers: ApiHandlers): ApiRoute {
  const allowed = Object.keys(handlers).flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  const allow = [...allowed, "OPTIONS"].join(", ");

  return async (api) => {
    const { context } = api;
    context.route = path;
    try {
      if (context.method === "OPTIONS") return new Response(null, { status: 204, headers: { Allow: allow } });
      const method = context.method === "HEAD" ? "GET" : context.method;
      const handler = Object.hasOwn(handlers, method) ? handlers[method as Method] : undefined;
      if (!handler) throw new HttpError(405, `This path answers to ${allow}`, { Allow: allow });
      return await handler(api);
    } catch (error) {
      const answer = toProblem(error);
      if (answer) return answer;
      context.error = error;
      return problem(500, "Something went wrong on our side. The request can be sent again.");
    }
  };
}

/** A JSON answer. */
export const json = (value: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  completeAnswer(JSON.stringify(value), { status, headers: { "Content-Type": "application/json", ...headers } });
