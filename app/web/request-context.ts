import type { ExportedFile } from "~/core/exported-file";
import type { Client, PageCaller } from "~/core/actor";
import type { FormKey } from "~/web/page/form-key.server";

/** What somebody sent when their session had ended. */
export type Draft = Readonly<{
  /** Whose page it was typed into. */
  userId: string;
  /** Path and query that it was sent to. */
  path: string;
  fields: [name: string, value: string][];
}>;

/**
 * What the process knows of a request beyond what the web's `Request` tells. Remix hands it to every loader and
 * action of the request as `context`, so what is learned once is known to all.
 */
export type RequestContext = {
  readonly requestId: string;
  /** The request's true method; the framework only knows the common ones. */
  readonly method: string;
  /** Scheme, host and port by which the browser knows this site. */
  readonly origin: string;
  readonly client: Client;
  /** For the one inline script of a page (CSP). */
  readonly nonce: string;
  /** Headers that go with whatever answer is given. */
  readonly answerHeaders: Headers;
  /** The request was refused before its route was asked: the root route draws the page that says so. */
  refusal?: {
    status: number;
    message: string;
    /** The page to ask for instead, which says why. */
    instead?: string;
  };
  /** A file that an action has prepared, sent in place of the framework's answer. */
  download?: ExportedFile;
  /** What the form that was sent holds, without its secrets: name and value. */
  typed?: readonly (readonly [name: string, value: string])[];
  /** Why the form could not be carried out just now: the root route says so above it. */
  trouble?: string;
  /** The one-time key of the form that was sent; null for none that this server made. */
  formKey?: FormKey | null;
  /** What was sent when the session had ended, to be sent again now that its sender has signed in. */
  resume?: Draft;
  /** The message of the last action is on the page that is being drawn. */
  flashIsTaken?: boolean;
  /** The signed-in caller, looked up once a request. */
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

/** Is the site reached by https? Then cookies are `Secure` and carry the `__Host-` prefix. */
export const isSecure = (context: Pick<RequestContext, "origin">): boolean => context.origin.startsWith("https:");

/** Adds a `Set-Cookie` header to the answer, in place of one of the same name (RFC 6265, section 4.1.1). */
export function setCookie({ answerHeaders }: Pick<RequestContext, "answerHeaders">, value: string): void {
  const name = value.slice(0, value.indexOf("=") + 1);
  const others = answerHeaders.getSetCookie().filter((cookie) => !cookie.startsWith(name));
  answerHeaders.delete("Set-Cookie");
  for (const cookie of [...others, value]) answerHeaders.append("Set-Cookie", cookie);
}
