import { redirect } from "@remix-run/node";

/** Where somebody is sent who has to sign in first; it leads back to the page afterwards. */
export function signInFirst(request: Request): Response {
  const url = new URL(request.url);
  // The framework's own parameter, which names the loaders to run, is no part of the page's address.
  url.searchParams.delete("_routes");
  const back = new URLSearchParams({ redirect: url.pathname + url.search });
  return redirect(`/login?${back.toString()}`, 303);
}
