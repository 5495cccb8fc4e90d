import { Link } from "@remix-run/react";

const titles: Record<number, string> = {
  400: "That request could not be read",
  403: "That is not allowed",
  404: "Page not found",
  405: "That is not how this page is used",
  413: "That is too much at once",
  414: "That address is too long",
  415: "That request could not be read",
  429: "Too many requests",
  503: "Not available just now",
};

/** The title of an error page, by its status. */
export const errorTitle = (status: number): string => titles[status] ?? "Something went wrong";

/** Shown when a page cannot be shown: says in words what happened and links to another page. Never shows internals. */
export function ErrorPage({ status, message, signedIn }: { status: number; message?: string; signedIn: boolean }) {
  const words =
    message || (status < 500 ? "Go back and try another way." : "It is our fault, not yours. Try again in a moment.");
  return (
    <section className="py-8">
      <p className="tabular text-sm text-muted">{status}</p>
      <h1 className="mt-1 mb-4">{errorTitle(status)}</h1>
      <p className="mb-8 max-w-prose">{words}</p>
      <Link to={signedIn ? "/tasks" : "/"} className="button">
        {signedIn ? "Go to your tasks" : "Go to the start page"}
      </Link>
    </section>
  );
}
