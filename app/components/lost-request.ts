import { useLocation, useNavigation, type ShouldRevalidateFunction } from "@remix-run/react";
import { useEffect, useState } from "react";

/**
 * A request that never reached the server (no network, the server restarting) must not cost the page: the framework
 * would put its error page in the place of everything that was typed. Instead the page stays as it was and says so.
 */

const event = "holdfast:lost-request";
const lost = { lost: true };

/** A route's `clientAction`: sends the form, and turns a request that got no answer into a message. */
export async function sendOrSay({ serverAction }: { serverAction: () => Promise<unknown> }): Promise<unknown> {
  try {
    return await serverAction();
  } catch (error) {
    // What `fetch` throws when there is no answer at all.
    if (!(error instanceof TypeError)) throw error;
    window.dispatchEvent(new Event(event));
    return lost;
  }
}

/** A route's `shouldRevalidate`: whatever did not arrive has changed nothing, and asking again would fail as well. */
export const unlessLost: ShouldRevalidateFunction = ({ actionResult, defaultShouldRevalidate }) =>
  isLost(actionResult) ? false : defaultShouldRevalidate;

const isLost = (result: unknown) => typeof result === "object" && result !== null && "lost" in result;

/** Was the last request lost? Until something else is sent or shown. */
export function useLostRequest(): boolean {
  const { key } = useLocation();
  const { state } = useNavigation();
  const [lostAt, setLostAt] = useState<string | null>(null);
  useEffect(() => {
    const show = () => setLostAt(key);
    window.addEventListener(event, show);
    return () => window.removeEventListener(event, show);
  }, [key]);
  return lostAt === key && state !== "submitting";
}
