import { Outlet } from "@remix-run/react";
import { titledByError } from "./page-title";

export { RouteError as ErrorBoundary } from "~/web/ui/states/route-error";

export const meta = titledByError;

/**
 * Stands around every page, below the root: what no page has caught is shown here, so the root's loader runs for it, and
 * an error page knows who is there, an answer to a form included.
 */
export default function PageBoundary() {
  return <Outlet />;
}
