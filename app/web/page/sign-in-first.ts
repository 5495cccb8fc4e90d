import { redirect } from "@remix-run/node";
import { SignedOut } from "~/core/errors";

const answers = new WeakSet<object>();

/** Where somebody is sent who has to sign in first; it leads back to the page afterwards. */
export function signInFirst(request: Request): Response {
  const url = new URL(request.url);
  // The framework's own parameter, which names the loaders to run, is no part of the page's address.
  url.searchParams.delete("_routes");
  const back = new URLSearchParams({ redirect: url.pathname + url.search });
  const answer = redirect(`/login?${back.toString()}`, 303);
  answers.add(answer);
  return answer;
}

/** Was this thrown because nobody is signed in, or not any more? */
export const isSignedOut = (thrown: unknown): boolean =>
  thrown instanceof SignedOut || (thrown instanceof Response && answers.has(thrown));
