import { Outlet } from "@remix-run/react";
import { titledByError } from "./page-title";

export { RouteError as ErrorBoundary } from "~/web/ui/states/route-error";

export const meta = titledByError;

/**
 * Surrounds every page, below the root, and shows errors that no page has caught. Because it is below the root, the
 * root's loader still runs, so an error page knows who is signed in, even in the answer to a form.
 */
export default function PageBoundary() {
  return <Outlet />;
}
