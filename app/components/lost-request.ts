import { isRouteErrorResponse, useLocation, useNavigation, type ShouldRevalidateFunction } from "@remix-run/react";
import { useEffect, useState } from "react";

/**
 * A request that never reached the server (no network, the server restarting), or found it without its database, must
 * not cost the page: the framework would put its error page in the place of everything that was typed. Instead the page
 * stays as it was and says so.
 */

/** What became of a request: it had no answer at all, or the answer that nothing can be done just now (503). */
export type Loss = "lost" | "unavailable";

const event = "holdfast:lost-request";
const lost = { lost: true };

const say = (loss: Loss) => window.dispatchEvent(new CustomEvent<Loss>(event, { detail: loss }));

/**
 * Notices every form of whatever page that is answered 503. The framework hands a page its action's answer and no
 * status, and not every form has a place of its own for a message.
 */
export function noticeUnavailable(): void {
  const send = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    const answer = await send(input, init);
    if (answer.status === 503 && init?.method === "POST") say("unavailable");
    return answer;
  };
}

/** A route's `clientAction`: sends the form, and turns a request that got no answer into a message. */
export async function sendOrSay({ serverAction }: { serverAction: () => Promise<unknown> }): Promise<unknown> {
  try {
    return await serverAction();
  } catch (error) {
    if (isRouteErrorResponse(error) && error.status === 503) return lost;
    // What `fetch` throws when there is no answer at all.
    if (!(error instanceof TypeError)) throw error;
    say("lost");
    return lost;
  }
}

/** A route's `shouldRevalidate`: whatever did not arrive has changed nothing, and asking again would fail as well. */
export const unlessLost: ShouldRevalidateFunction = ({ actionResult, defaultShouldRevalidate }) =>
  isLost(actionResult) ? false : defaultShouldRevalidate;

const isLost = (result: unknown) => typeof result === "object" && result !== null && "lost" in result;

/** Was the last request lost? Until something else is sent or shown. */
export function useLostRequest(): Loss | null {
  const { key } = useLocation();
  const { state } = useNavigation();
  const [last, setLast] = useState<{ loss: Loss; at: string } | null>(null);
  useEffect(() => {
    const show = ({ detail }: CustomEventInit<Loss>) => setLast({ loss: detail ?? "lost", at: key });
    window.addEventListener(event, show);
    return () => window.removeEventListener(event, show);
  }, [key]);
  return last?.at === key && state !== "submitting" ? last.loss : null;
}
