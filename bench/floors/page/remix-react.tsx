import type { ComponentProps, ReactNode } from "react";
import { dataOfRoot, dataOfTasks, hrefOfStylesheet } from "./page-data";

/**
 * Replaces `@remix-run/react` in the floor of the page: the same names, rendering the same elements without a router.
 * What Remix adds for the browser (`Scripts`, `ScrollRestoration`) renders nothing.
 */

type LinkProps = Omit<ComponentProps<"a">, "href"> & { to: string; preventScrollReset?: boolean };

export function Link({ to, preventScrollReset: _kept, ...rest }: LinkProps) {
  return <a data-discover="true" {...rest} href={to} />;
}

export function NavLink({ to, className, ...rest }: LinkProps) {
  const active = to === "/tasks";
  return (
    <a
      data-discover="true"
      aria-current={active ? "page" : undefined}
      className={active ? `${className ?? ""} active` : className}
      {...rest}
      href={to}
    />
  );
}

type FormProps = ComponentProps<"form"> & { preventScrollReset?: boolean };

export function Form({ preventScrollReset: _kept, method = "get", action = "/tasks", ...rest }: FormProps) {
  return <form method={method} action={action} {...rest} />;
}

export function Links() {
  return (
    <>
      <link rel="stylesheet" href={hrefOfStylesheet()} />
      <link rel="icon" href="/favicon.ico" sizes="32x32" />
      <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
      <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
      <link rel="manifest" href="/manifest.webmanifest" />
    </>
  );
}

export function Meta() {
  return <title>Tasks · Holdfast</title>;
}

export const Scripts = () => null;
export const ScrollRestoration = () => null;
export const Outlet = ({ children }: { children?: ReactNode }) => children;
export const useLoaderData = dataOfTasks;
export const useRouteLoaderData = () => dataOfRoot;
export const useActionData = () => undefined;
export const useNavigation = () => ({ state: "idle" });
export const useMatches = () => [{ data: dataOfRoot }];
export const useFetchers = () => [];
export const useFetcher = () => ({ state: "idle", submit: () => undefined });
export const useBlocker = () => ({ state: "unblocked" });
export const useSubmit = () => () => undefined;
export const useNavigate = () => () => undefined;
export const useLocation = () => ({ pathname: "/tasks", search: "", hash: "" });
export const useSearchParams = () => [new URLSearchParams()];
export const useRouteError = () => undefined;
export const isRouteErrorResponse = () => false;
