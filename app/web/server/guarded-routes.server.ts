import type { ActionFunctionArgs, LoaderFunctionArgs, ServerBuild } from "@remix-run/node";
import type { RetryQuestion } from "~/web/ui/states/retry-question";
import { sendFlashAlong } from "~/web/page/flash.server";
import { asUnavailable } from "~/web/log/unavailable.server";

/**
 * Wraps every loader and action of a build: it answers 503 if the database cannot be used, and passes the message of
 * the last action on with a redirect. All are wrapped in one place, so that no route can forget it.
 */
export function guardRoutes(build: ServerBuild): ServerBuild {
  const routes = Object.entries(build.routes).map(([id, route]) => {
    const { loader, action } = route.module;
    const module = {
      ...route.module,
      ...(loader && { loader: guard(loader) }),
      ...(action && { action: guard(action) }),
    };
    return [id, { ...route, module }] as const;
  });
  return { ...build, routes: Object.fromEntries(routes) };
}

type Args = LoaderFunctionArgs | ActionFunctionArgs;

function guard<Result>(run: (args: Args) => Result) {
  return async (args: Args): Promise<Awaited<Result>> => {
    try {
      const answer = await run(args);
      sendFlashAlong(args, answer);
      return answer;
    } catch (error) {
      sendFlashAlong(args, error);
      const unavailable = asUnavailable(error);
      if (!unavailable) throw error;
      const { context, request } = args;
      // The framework drops the headers of a thrown answer when it draws a document, so they are set on the context
      // instead.
      context.answerHeaders.set("Retry-After", String(unavailable.retryAfterSeconds));
      const { pathname, search } = new URL(request.url);
      const question: RetryQuestion = {
        retry: {
          message: unavailable.message,
          // A form is sent again; a page is requested again.
          action: context.method === "POST" ? pathname + search : null,
          typed: context.typed ?? [],
        },
      };
      throw Response.json(question, { status: 503 });
    }
  };
}
