import { redirect } from "@remix-run/node";
import { SignedOut } from "~/core/errors";

const answers = new WeakSet<object>();

/** Sends somebody who has to sign in first to `/login`, which leads back to the requested page afterwards. */
export function signInFirst(request: Request): Response {
  const url = new URL(request.url);
  // This parameter, by which the framework names the loaders to run, does not belong to the page's address.
  url.searchParams.delete("_routes");
  const back = new URLSearchParams({ redirect: url.pathname + url.search });
  const answer = redirect(`/login?${back.toString()}`, 303);
  answers.add(answer);
  return answer;
}

/** Whether this was thrown because nobody is signed in, or nobody is signed in any more. */
export const isSignedOut = (thrown: unknown): boolean =>
  thrown instanceof SignedOut || (thrown instanceof Response && answers.has(thrown));
