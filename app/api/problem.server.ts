import {
  Conflict,
  Forbidden,
  InsufficientScope,
  Invalid,
  InvalidToken,
  NotFound,
  Outdated,
  RateLimited,
  SignedOut,
  Unauthenticated,
  type Fault,
  type ProblemCode,
} from "~/core/errors";
import { HttpError } from "~/web/http-error";
import { asUnavailable } from "~/web/log/unavailable.server";

/** Problem documents (RFC 9457). Errors become answers here and in `page.server.ts`, and nowhere else. */
export type Problem = Readonly<{
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: { pointer: string; detail: string }[];
}>;

const titles: Record<number, string> = {
  400: "Bad request",
  401: "Authentication required",
  403: "Forbidden",
  404: "Not found",
  405: "Method not allowed",
  412: "Precondition failed",
  413: "Body too large",
  414: "Address too long",
  415: "Unsupported media type",
  422: "Invalid input",
  429: "Too many requests",
  500: "Internal error",
  503: "Not available just now",
};

/**
 * A problem document as an answer.
 *
 * @param status - the HTTP status
 * @param detail - a sentence for people
 * @param more.code - for programs that tell refusals apart; the page `/problems/{code}` explains it
 */
export function problem(
  status: number,
  detail: string,
  more: { headers?: Record<string, string>; errors?: Problem["errors"]; code?: ProblemCode } = {},
): Response {
  // "about:blank" means that the status says everything (RFC 9457, section 4.2.1).
  const type = more.code ? `/problems/${more.code}` : "about:blank";
  const body: Problem = { type, title: titles[status] ?? "Error", status, detail, errors: more.errors };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/problem+json", ...more.headers },
  });
}

/** Limits the size of the answer: for a body of only unknown names it would be five times as long as the body. */
const mostFaults = 100;

/** A JSON Pointer to the faulty place in the body (RFC 6901). Query parameters are named in the same way. */
const toPointer = (path: Fault["path"]) =>
  path.map((segment) => `/${String(segment).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** The challenge names no error if the request had no token (RFC 6750, section 3.1). */
const challengeOf = (error: Unauthenticated) =>
  error instanceof InvalidToken
    ? `Bearer realm="holdfast", error="invalid_token", error_description="${error.description}"`
    : 'Bearer realm="holdfast"';

/**
 * Turns an expected error into a problem document.
 *
 * @returns null for an unexpected error: the caller logs it and answers 500 without internals
 */
export function toProblem(error: unknown): Response | null {
  if (error instanceof HttpError) return problem(error.status, error.message, { headers: { ...error.headers } });
  if (error instanceof Invalid)
    return problem(422, "The input is not valid. See errors.", {
      errors: error.faults
        .slice(0, mostFaults)
        .map(({ path, message }) => ({ pointer: toPointer(path), detail: message })),
    });
  // The token was valid at the start of the request, or the domain function would not have been called.
  if (error instanceof SignedOut) return toProblem(new InvalidToken("ended"));
  if (error instanceof Unauthenticated)
    return problem(401, error.message, {
      headers: { "WWW-Authenticate": challengeOf(error) },
      code: error.code,
    });
  if (error instanceof InsufficientScope) {
    const scope = error.scope ? `, scope="${error.scope}"` : "";
    const challenge = `Bearer realm="holdfast", error="insufficient_scope"${scope}`;
    return problem(403, error.message, { code: error.code, headers: { "WWW-Authenticate": challenge } });
  }
  if (error instanceof Forbidden) return problem(403, error.message, { code: error.code });
  if (error instanceof NotFound) return problem(404, error.message);
  if (error instanceof Conflict) return problem(400, error.message);
  if (error instanceof Outdated) return problem(412, error.message);
  if (error instanceof RateLimited)
    return problem(429, error.message, { headers: { "Retry-After": String(error.retryAfterSeconds) } });
  const unavailable = asUnavailable(error);
  if (unavailable)
    return problem(503, unavailable.message, {
      headers: { "Retry-After": String(unavailable.retryAfterSeconds) },
      code: "unavailable",
    });
  return null;
}
