import { completeAnswer } from "~/web/server/complete-answer.server";
import { HttpError } from "~/web/http-error";
import type { ApiRequest } from "./api-request";
import type { Operation } from "./operation.server";
import { problem, toProblem } from "./problem.server";

export type ApiRoute = (request: ApiRequest) => Promise<Response>;

/**
 * One path of `/api`: selects the operation, and turns what it throws into a problem document. `HEAD` and `OPTIONS`
 * follow from the operations. A method without an operation gets the `Allow` header (RFC 9110, section 15.5.6).
 *
 * @param path - for the log, with the parameters' names in place of their values
 * @param operations - of this path, one for each method
 */
export function apiRoute(path: string, operations: readonly Operation[]): ApiRoute {
  const byMethod = new Map<string, Operation>(operations.map((operation) => [operation.method, operation]));
  const allowed = [...byMethod.keys()].flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  const allow = [...allowed, "OPTIONS"].join(", ");

  return async (api) => {
    const { context } = api;
    context.route = path;
    try {
      if (context.method === "OPTIONS") return new Response(null, { status: 204, headers: { Allow: allow } });
      const operation = byMethod.get(context.method === "HEAD" ? "GET" : context.method);
      if (!operation) throw new HttpError(405, `This path answers to ${allow}`, { Allow: allow });
      return await operation.answer(api);
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
