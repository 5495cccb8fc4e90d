import { isRouteErrorResponse, type MetaFunction } from "@remix-run/react";
import { errorTitle } from "~/web/ui/states/error-page";
import { asksForProof } from "~/web/ui/states/proof-question";

const named = (title: string) => [{ title: `${title} · Holdfast` }];

/**
 * The title of a page that shows errors in place of its content: the page's own title, or the error's.
 *
 * @param words - the page's title, or a function that makes the title from the loader's data
 * @param instead - the page's own titles for errors, by status
 */
export function titled<Loader>(
  words: string | ((data: NonNullable<Parameters<MetaFunction<Loader>>[0]["data"]>) => string),
  instead: Readonly<Record<number, string>> = {},
): MetaFunction<Loader> {
  return ({ data, error }) => {
    if (error) return named(titleOfError(error, instead));
    return named(typeof words === "string" ? words : data ? words(data) : "");
  };
}

/** The title of the routes that surround all pages: that of an error which no inner route has shown. */
export const titledByError: MetaFunction = ({ error }) =>
  error ? named(titleOfError(error)) : [{ title: "Holdfast" }, description];

const description = { name: "description", content: "A quiet place for your tasks, on your own server." };

function titleOfError(error: unknown, instead: Readonly<Record<number, string>> = {}): string {
  if (!isRouteErrorResponse(error)) return errorTitle(500);
  return asksForProof(error.data) ? "Is it you?" : (instead[error.status] ?? errorTitle(error.status));
}
