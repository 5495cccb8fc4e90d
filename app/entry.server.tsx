import type { AppLoadContext, EntryContext, HandleDataRequestFunction, HandleErrorFunction } from "@remix-run/node";
import { isRouteErrorResponse, RemixServer } from "@remix-run/react";
import { renderToString } from "react-dom/server";
import { NonceProvider } from "~/web/ui/nonce";
import { completeAnswer } from "~/web/server/complete-answer.server";
import { dropTakenFlash } from "~/web/page/flash.server";
import { routeTemplate } from "~/web/server/route-template";
import { asUnavailable } from "~/web/log/unavailable.server";

/**
 * The framework's time limit for streamed data, in milliseconds. It is never reached, because no loader defers data.
 */
export const streamTimeout = 5_000;

/**
 * Draws a page. All loaders have finished by then, so nothing is streamed and the page is complete before it is sent.
 */
export default async function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remix: EntryContext,
  context: AppLoadContext,
): Promise<Response> {
  const { matches } = remix.staticHandlerContext;
  context.route ??= routeTemplate(new URL(request.url).pathname, matches.at(-1)?.params ?? {});
  // For a page without a form, the framework refuses the method without an `Allow` header, so it is added here (RFC
  // 9110, section 15.5.6).
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
 * Reads the loaders' data, which the framework passes to the page as a stream, before the page is drawn. Otherwise
 * React would suspend the page twice to wait for a stream that is already complete, and could not draw the page in one
 * pass.
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

/** The status with which the framework tells its own code in the browser to redirect. */
const ledOn = 202;

/** Answers a request for a page's data, which the page's scripts send. */
export const handleDataRequest: HandleDataRequestFunction = (response, { request, params, context }) => {
  context.route ??= routeTemplate(new URL(request.url).pathname, params);
  if (response.status !== ledOn) dropTakenFlash(context);
  return response;
};

/**
 * Takes an error that no loader or action handled. It is written to the log with the request, and the page does not
 * show it.
 */
export const handleError: HandleErrorFunction = (error, { request, context }) => {
  // Route error responses, for example for an unknown address or method, are ordinary answers and are not logged as
  // errors.
  if (!request.signal.aborted && !isRouteErrorResponse(error) && !asUnavailable(error)) context.error = error;
};
