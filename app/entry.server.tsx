import type { AppLoadContext, EntryContext, HandleDataRequestFunction, HandleErrorFunction } from "@remix-run/node";
import { RemixServer } from "@remix-run/react";
import { Writable } from "node:stream";
import { renderToPipeableStream } from "react-dom/server";
import { NonceProvider } from "~/components/nonce";
import { routeTemplate } from "~/http/api-route.server";

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
  headers.set("Content-Type", "text/html; charset=utf-8");
  const html = await render(
    <NonceProvider value={context.nonce}>
      <RemixServer context={remix} url={request.url} nonce={context.nonce} />
    </NonceProvider>,
  );
  return new Response(html, { status, headers });
}

function render(page: React.ReactElement): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    const sink = new Writable({
      write(chunk: Uint8Array, _encoding, done) {
        chunks.push(chunk);
        done();
      },
      final(done) {
        resolve(new Uint8Array(Buffer.concat(chunks)));
        done();
      },
    });
    const { pipe } = renderToPipeableStream(page, {
      onAllReady: () => pipe(sink),
      onShellError: reject,
      onError: reject,
    });
  });
}

/** The same page asked for by our own code in the browser. */
export const handleDataRequest: HandleDataRequestFunction = (response, { request, params, context }) => {
  context.route = routeTemplate(new URL(request.url).pathname, params);
  return response;
};

/** What no loader or action foresaw. The log line of the request carries it; the page says nothing of it. */
export const handleError: HandleErrorFunction = (error, { request, context }) => {
  if (!request.signal.aborted) context.error = error;
};
