import { useEffect, useSyncExternalStore } from "react";
import { useLocation, useNavigation, type ShouldRevalidateFunction } from "@remix-run/react";

/**
 * A request that got no answer of ours (no network, the server restarting, a proxy's error page, the database away) must
 * not cost the page: the framework would put its error page in the place of everything that was typed. Here is the one
 * place that all of them pass, whatever the route: the page stays as it was, says what happened, and offers to try again.
 */

/**
 * Why nothing came of a request: no answer of ours at all, or the answer that nothing can be done just now (503), or not as
 * much as this account asks for (429).
 */
export type Loss = "lost" | "unavailable" | "too many";

type Lost = Readonly<{ loss: Loss; retry: () => void }>;

let lost: Lost | null = null;
const listeners = new Set<() => void>();

function setLost(next: Lost | null): void {
  if (lost === next) return;
  lost = next;
  for (const listener of listeners) listener();
}

/** `{ data: { lost: true } }`, what a form's action is said to have answered, as the framework writes it down. */
const lostEncoded = '[{"_1":2},"data",{"_3":4},"lost",true]\n';

/** Did the form get no answer? Then nothing that stands for success may run. */
const isLost = (answer: unknown): boolean => typeof answer === "object" && answer !== null && "lost" in answer;

/**
 * For a route whose scripts send forms of their own (fetchers): the framework asks for the page's data anew after each of
 * them, and what was lost has changed nothing.
 */
export const unlessLost: ShouldRevalidateFunction = ({ actionResult, defaultShouldRevalidate }) =>
  isLost(actionResult) ? false : defaultShouldRevalidate;

type Router = {
  state: { location: { pathname: string; search: string; hash: string }; navigation: { state: string } };
  navigate(to: string | object, options?: object): Promise<void>;
};

const router = () => (window as unknown as { __remixRouter: Router }).__remixRouter;

/** Watches over every request that the framework makes for a page's data. Call it once, before the page comes alive. */
export function watchRequests(): void {
  const send = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, window.location.href);
    if (url.origin !== window.location.origin || !url.pathname.endsWith(".data")) return send(input, init);
    const attempt = await ask(() => send(input, init), init);
    if (typeof attempt !== "string") return attempt;
    return waits(init) ? askAgain(() => send(input, init), init, attempt) : stayHere(url, init, attempt);
  };
}

/** Sends a request: the answer, or what became of it. */
async function ask(send: () => Promise<Response>, init: RequestInit | undefined): Promise<Response | Loss> {
  const answer = await send().catch((error: unknown) => {
    // Given up by the page itself, for something newer.
    if (init?.signal?.aborted) throw error;
    return null;
  });
  if (answer?.headers.get("X-Remix-Response") !== "yes") return "lost";
  if (answer.status === 503) return "unavailable";
  if (answer.status === 429 && answer.headers.has("X-Kept-For-Later")) return "too many";
  setLost(null);
  return answer;
}

const fieldsOf = (init: RequestInit | undefined): URLSearchParams =>
  init?.body instanceof URLSearchParams ? init.body : new URLSearchParams();

/** Does a script wait for the answer, however long it takes (`additions.tsx`)? */
const waits = (init: RequestInit | undefined) => fieldsOf(init).get("stay") === "waiting";

/** Sends a request again whenever its author says so, until there is an answer. */
function askAgain(send: () => Promise<Response>, init: RequestInit | undefined, first: Loss): Promise<Response> {
  return new Promise((resolve, reject) => {
    const retryAfter = (loss: Loss) => setLost({ loss, retry });
    const retry = () => {
      ask(send, init).then((attempt) => (typeof attempt === "string" ? retryAfter(attempt) : resolve(attempt)), reject);
    };
    retryAfter(first);
  });
}

/** Keeps the page as it is, in place of an answer. */
function stayHere(url: URL, init: RequestInit | undefined, loss: Loss): Response | Promise<never> {
  const page = pageOf(url);
  if (init?.method === "POST") {
    const formData = toFormData(fieldsOf(init));
    setLost({ loss, retry: () => void router().navigate(page, { formMethod: "post", formData }) });
    // With this status the framework leaves all other data as it is.
    return new Response(lostEncoded, {
      status: 503,
      headers: { "Content-Type": "text/x-script", "X-Remix-Response": "yes" },
    });
  }
  setLost({ loss, retry: () => void router().navigate(page) });
  if (router().state.navigation.state !== "idle") stop();
  // The framework has given the request up, or keeps what it shows until it asks again.
  return new Promise<never>(() => undefined);
}

/** Ends the navigation that is under way, by one to the place where the page is: it asks for no data. */
function stop(): void {
  const { pathname, search, hash } = router().state.location;
  const url = window.location.href;
  void router()
    .navigate(pathname + search + (hash || "#main"), { replace: true, preventScrollReset: true })
    .then(() => window.history.replaceState(window.history.state, "", hash ? url : pathname + search));
}

function pageOf(url: URL): string {
  const query = new URLSearchParams(url.search);
  query.delete("_routes");
  const path = url.pathname.replace(/\.data$/, "").replace(/^\/_root$/, "/");
  return path + (query.size ? `?${query.toString()}` : "");
}

function toFormData(fields: URLSearchParams): FormData {
  const form = new FormData();
  // Sent again as a page's own form: its answer may lead somewhere.
  for (const [name, value] of fields) if (name !== "stay") form.append(name, value);
  return form;
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** The request that was lost last, and how to try again; null once another one was answered or another page is shown. */
export function useLostRequest(): Lost | null {
  const { pathname } = useLocation();
  const { state } = useNavigation();
  useEffect(() => () => setLost(null), [pathname]);
  const last = useSyncExternalStore(
    subscribe,
    () => lost,
    () => null,
  );
  return state === "submitting" ? null : last;
}
