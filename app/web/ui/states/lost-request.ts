import { useEffect, useSyncExternalStore } from "react";
import { useLocation, useNavigation, type ShouldRevalidateFunction } from "@remix-run/react";

/**
 * Handles requests that got no usable answer (no network, the server restarting, a proxy's error page, the database
 * unavailable). The framework would replace the page, with everything that was typed, by its error page. All requests
 * for data pass through here, so that on every route the page stays as it was, says what happened, and offers to try
 * again.
 */

/**
 * Why a request failed: no answer from this server at all, an answer that the database cannot be used just now (503),
 * or an answer that this account sends too many changes (429).
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

/**
 * `{ data: { lost: true } }` in the framework's encoding: the answer that is given to the page in place of the form's.
 */
const lostEncoded = '[{"_1":2},"data",{"_3":4},"lost",true]\n';

/** Whether the form got no answer. If so, nothing may treat the form as successful. */
const isLost = (answer: unknown): boolean => typeof answer === "object" && answer !== null && "lost" in answer;

/**
 * For a route whose scripts send forms of their own (fetchers): the framework loads the page's data again after each
 * form, which is not needed if the form was lost.
 */
export const unlessLost: ShouldRevalidateFunction = ({ actionResult, defaultShouldRevalidate }) =>
  isLost(actionResult) ? false : defaultShouldRevalidate;

type Router = {
  state: { location: { pathname: string; search: string; hash: string }; navigation: { state: string } };
  navigate(to: string | object, options?: object): Promise<void>;
};

const router = () => (window as unknown as { __remixRouter: Router }).__remixRouter;

/** Watches every request that the framework makes for a page's data. Call it once, before React takes over the page. */
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

/** Sends a request and returns the answer, or the reason why it failed. */
async function ask(send: () => Promise<Response>, init: RequestInit | undefined): Promise<Response | Loss> {
  const answer = await send().catch((error: unknown) => {
    // The page itself has cancelled the request in favour of a newer one.
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

/** Whether a script waits for the answer, however long it takes (`additions.tsx`). */
const waits = (init: RequestInit | undefined) => fieldsOf(init).get("stay") === "waiting";

/** Sends a request again each time the person asks for it, until there is an answer. */
function askAgain(send: () => Promise<Response>, init: RequestInit | undefined, first: Loss): Promise<Response> {
  return new Promise((resolve, reject) => {
    const retryAfter = (loss: Loss) => setLost({ loss, retry });
    const retry = () => {
      ask(send, init).then((attempt) => (typeof attempt === "string" ? retryAfter(attempt) : resolve(attempt)), reject);
    };
    retryAfter(first);
  });
}

/** Keeps the page as it is when a request failed. */
function stayHere(url: URL, init: RequestInit | undefined, loss: Loss): Response | Promise<never> {
  const page = pageOf(url);
  if (init?.method === "POST") {
    const formData = toFormData(fieldsOf(init));
    setLost({ loss, retry: () => void router().navigate(page, { formMethod: "post", formData }) });
    // With this status, the framework does not reload any other data.
    return new Response(lostEncoded, {
      status: 503,
      headers: { "Content-Type": "text/x-script", "X-Remix-Response": "yes" },
    });
  }
  setLost({ loss, retry: () => void router().navigate(page) });
  if (router().state.navigation.state !== "idle") stop();
  // Never resolves: the framework has cancelled the request, or keeps what it shows until it makes another request.
  return new Promise<never>(() => undefined);
}

/** Ends the navigation that is under way by navigating to the page's present address, which loads no data. */
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
  // Sent again as an ordinary form of the page, without "stay", so that the answer may be a redirect.
  for (const [name, value] of fields) if (name !== "stay") form.append(name, value);
  return form;
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** The last failed request, and how to try it again; null once another request is answered or another page is shown. */
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
