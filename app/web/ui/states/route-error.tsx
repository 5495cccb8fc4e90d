import { isRouteErrorResponse, useRouteError, useRouteLoaderData } from "@remix-run/react";
import { ErrorPage } from "./error-page";
import { asksToRetry } from "./retry-question";
import { TryAgain } from "./try-again";
import { GonePage, isGone } from "./gone";
import { isOtherAccount, OtherAccountPage } from "./other-account";

/** The page in place of a page that could not be shown. */
export function RouteError() {
  const error = useRouteError();
  const signedIn = useRouteLoaderData<{ signedIn: boolean }>("root")?.signedIn ?? false;
  if (isRouteErrorResponse(error) && asksToRetry(error.data)) return <TryAgain {...error.data.retry} />;
  if (isRouteErrorResponse(error) && isOtherAccount(error.data))
    return <OtherAccountPage said={error.data.otherAccount} />;
  if (isRouteErrorResponse(error) && isGone(error.data)) return <GonePage said={error.data.gone} />;
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
