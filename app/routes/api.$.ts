import type { LoaderFunctionArgs } from "@remix-run/node";
import { problem } from "~/http/problem.server";

/** Every path of `/api` that is none, whatever the method: a problem document, never a page. */
export function loader({ context }: LoaderFunctionArgs): Response {
  context.route = "/api/*";
  return problem(404, "There is nothing at this path");
}

export const action = loader;
