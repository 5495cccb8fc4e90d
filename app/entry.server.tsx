import type { AppLoadContext, EntryContext, HandleDataRequestFunction, HandleErrorFunction } from "@remix-run/node";
import { isRouteErrorResponse, RemixServer } from "@remix-run/react";
import { renderToString } from "react-dom/server";
import { NonceProvider } from "~/web/ui/nonce";
import { completeAnswer } from "~/web/server/complete-answer.server";
import { dropTakenFlash } from "~/web/page/flash.server";
import { routeTemplate } from "~/web/server/route-template";
import { asUnavailable } from "~/web/log/unavailable.server";

/** No loader defers data, so nothing is ever waited for longer than this (milliseconds). */
export const streamTimeout = 5_000;

/** Draws a page. It is complete before it is sent: every loader has finished, so there is nothing to stream. */
export default async function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remix: EntryContext,
  context: AppLoadContext,
): Promise<Response> {
  const { matches } = remix.staticHandlerContext;
  context.route ??= routeTemplate(new URL(request.url).pathname, matches.at(-1)?.params ?? {});
  // A page without a form: the framework refuses the method and names none (RFC 9110, section 15.5.6).
  if (status === 405 && !context.answerHeaders.has("Allow")) context.answerHeaders.set("Allow", "GET, HEAD");
  dropTakenFlash(context);
  headers.set("Content-Type", "text/html; charset=utf-8");
  await settleHandoff(remix);
  const html = renderToString(
    <NonceProvider value={context.nonce}>
      <RemixServer context={remix} url={request.url} nonce={context.nonce} />
    </NonceProvider>,
  );
  return completeAnswer(`<!DOCTYPE html>${html}`, { status, headers });
}

type Piece = Promise<void> & { result: { done: boolean; value: string } };

const piece = (done: boolean, value: string): Piece => Object.assign(Promise.resolve(), { result: { done, value } });

/**
 * Reads the loaders' data, which the framework hands to its page as a stream, before the page is drawn. Otherwise the
 * page would be put aside twice to wait for a stream that is complete, and could not be drawn in one go.
 */
async function settleHandoff({ serverHandoffStream, renderMeta }: EntryContext): Promise<void> {
  if (!serverHandoffStream || !renderMeta) return;
  const reader = serverHandoffStream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let next = await reader.read(); !next.done; next = await reader.read())
    text += decoder.decode(next.value, { stream: true });
  reader.releaseLock();
  renderMeta.streamCache = { 0: piece(false, text), 1: piece(true, "") };
}

/** How the framework answers its own code in the browser where it would answer a document with a redirect. */
const ledOn = 202;

/** The same page asked for by our own code in the browser. */
export const handleDataRequest: HandleDataRequestFunction = (response, { request, params, context }) => {
  context.route ??= routeTemplate(new URL(request.url).pathname, params);
  if (response.status !== ledOn) dropTakenFlash(context);
  return response;
};

/** What no loader or action foresaw. The log line of the request carries it; the page says nothing of it. */
export const handleError: HandleErrorFunction = (error, { request, context }) => {
  // A method or an address that no route has is an answer like any other.
  if (!request.signal.aborted && !isRouteErrorResponse(error) && !asUnavailable(error)) context.error = error;
};
