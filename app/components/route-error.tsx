import { isRouteErrorResponse, useRouteError, useRouteLoaderData } from "@remix-run/react";
import { ErrorPage } from "./error-page";

/** The page in the place of one that could not be shown. */
export function RouteError() {
  const error = useRouteError();
  const signedIn = useRouteLoaderData<{ signedIn: boolean }>("root")?.signedIn ?? false;
  return isRouteErrorResponse(error) ? (
    <ErrorPage
      status={error.status}
      message={error.status !== 405 && typeof error.data === "string" ? error.data : undefined}
      signedIn={signedIn}
    />
  ) : (
    <ErrorPage status={500} signedIn={signedIn} />
  );
}
