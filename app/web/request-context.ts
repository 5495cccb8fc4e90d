import type { ExportedFile } from "~/core/exported-file";
import type { Client, PageCaller } from "~/core/actor";
import type { FormKey } from "~/web/page/form-key.server";

/** A form that somebody sent after their session had ended. */
export type Draft = Readonly<{
  /** The user whose page the form was on. */
  userId: string;
  /** Path and query that the form was sent to. */
  path: string;
  fields: [name: string, value: string][];
}>;

/**
 * What the process knows about a request in addition to the web's `Request`. Remix passes it as `context` to every
 * loader and action of the request, so what one of them finds out is available to all.
 */
export type RequestContext = {
  readonly requestId: string;
  /** The request's method as it was sent; the framework supports only the common ones. */
  readonly method: string;
  /** Scheme, host and port of this site as the browser sees them. */
  readonly origin: string;
  readonly client: Client;
  /** For the one inline script of a page (CSP). */
  readonly nonce: string;
  /** Headers that are added to whatever answer is sent. */
  readonly answerHeaders: Headers;
  /** Set if the request was refused before it reached its route. The page in place of the route's shows the message. */
  refusal?: {
    status: number;
    message: string;
    /** The page that the browser requests instead; its answer shows the refusal. */
    instead?: string;
  };
  /** A file that an action has prepared. It is sent in place of the framework's answer. */
  download?: ExportedFile;
  /** The fields of the form that was sent, without its secrets: name and value. */
  typed?: readonly (readonly [name: string, value: string])[];
  /** Why the form could not be carried out just now; the root route shows this above the form. */
  trouble?: string;
  /** The one-time key of the form that was sent; null if the form has no key that this server made. */
  formKey?: FormKey | null;
  /** The draft to submit now that its sender has signed in again. */
  resume?: Draft;
  /** Whether the page that is being drawn shows the message of the last action. */
  flashIsTaken?: boolean;
  /** The signed-in caller, looked up once per request. */
  caller?: Promise<PageCaller | null>;
  /** For the log. */
  route?: string;
  userId?: string;
  error?: unknown;
};

declare module "@remix-run/node" {
  // An interface merges with Remix's own; a type alias would not.
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  interface AppLoadContext extends RequestContext {}
}

/** Whether the site is reached by https. If so, cookies are `Secure` and have the `__Host-` prefix. */
export const isSecure = (context: Pick<RequestContext, "origin">): boolean => context.origin.startsWith("https:");

/** Adds a `Set-Cookie` header to the answer and removes an earlier one of the same name (RFC 6265, section 4.1.1). */
export function setCookie({ answerHeaders }: Pick<RequestContext, "answerHeaders">, value: string): void {
  const name = value.slice(0, value.indexOf("=") + 1);
  const others = answerHeaders.getSetCookie().filter((cookie) => !cookie.startsWith(name));
  answerHeaders.delete("Set-Cookie");
  for (const cookie of [...others, value]) answerHeaders.append("Set-Cookie", cookie);
}
