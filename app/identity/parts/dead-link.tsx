import { isRouteErrorResponse, useRouteError } from "@remix-run/react";
import type { ReactNode } from "react";
import { RouteError } from "~/web/ui/states/route-error";

export const deadLinkTitle = "This link no longer works";

/** The error boundary of pages that a link in a mail leads to. It explains a link that is used up or has expired. */
export function DeadLinkOr({ children }: { /** What to do now. */ children: ReactNode }) {
  const error = useRouteError();
  if (!isRouteErrorResponse(error) || error.status !== 404) return <RouteError />;
  return (
    <section className="max-w-md">
      <h1 className="mb-4">{deadLinkTitle}</h1>
      <p className="mb-4">{typeof error.data === "string" ? error.data : ""}</p>
      <p>{children}</p>
    </section>
  );
}
