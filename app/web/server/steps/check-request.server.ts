import { refuseForeignForm } from "../foreign-form.server";
import type { Exchange, Step } from "./exchange";
import type { Refusal, Refuse } from "./refuse.server";

/** Refuses requests that no route of `/api` can answer. */
export const checkApiRequest =
  (refuse: Refuse): Step["run"] =>
  (exchange, next) => {
    const { url } = exchange;
    // The framework's own client requests data at such addresses; `/api` has none.
    if (url.pathname.endsWith(".data") || url.searchParams.has("_data"))
      refuse(exchange, [404, "There is nothing at this path"], next);
    else next();
  };

/** Refuses requests that no page can answer, and forms that another site sent. */
export const checkPageRequest =
  (refuse: Refuse): Step["run"] =>
  (exchange, next) => {
    const refusal = refusalOfPage(exchange);
    if (refusal) refuse(exchange, refusal, next);
    else next();
  };

function refusalOfPage({ req, url, context }: Exchange): Refusal | null {
  if (url.searchParams.has("_data")) return [400, "The address of this request is not valid"];
  if (req.method === "GET" || req.method === "HEAD") return null;
  if (req.method !== "POST") return [405, "Pages answer to GET, HEAD and POST", { Allow: "GET, HEAD, POST" }];
  const foreign = refuseForeignForm(req, context.origin);
  // The message is sent in a header too, for scripts, which do not read the page.
  return foreign === null ? null : [403, foreign, { "X-Refusal": encodeURIComponent(foreign) }];
}
