import type { LinksFunction, LoaderFunctionArgs } from "@remix-run/node";
import {
  Links,
  Meta,
  Outlet,
  Scripts,
  ScrollRestoration,
  useLoaderData,
  useLocation,
  useNavigation,
  useRouteLoaderData,
} from "@remix-run/react";
import { useEffect, useRef, type ReactNode } from "react";
import { seemsSignedIn } from "~/identity/edge/identification.server";
import { AdditionsProvider } from "~/tasks/parts/additions";
import { Frame } from "~/web/ui/frame";
import { IconDefinitions } from "~/web/ui/icons";
import { unlessLost } from "~/web/ui/states/lost-request";
import { useNonce } from "~/web/ui/nonce";
import { titledByError } from "~/web/ui/page-title";
import { UnsavedGuard } from "~/web/ui/form/unsaved";
import { RouteError } from "~/web/ui/states/route-error";
import { takeFlash } from "~/web/page/flash.server";
import { accountPrint, makeFormKey } from "~/web/page/form-key.server";
import stylesheet from "./styles/app.css?url";

export const links: LinksFunction = () => [
  { rel: "stylesheet", href: stylesheet },
  { rel: "icon", href: "/favicon.ico", sizes: "32x32" },
  { rel: "icon", href: "/favicon.svg", type: "image/svg+xml" },
  { rel: "apple-touch-icon", href: "/apple-touch-icon.png" },
  { rel: "manifest", href: "/manifest.webmanifest" },
];

export const meta = titledByError;

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { signedIn, caller } = await seemsSignedIn({ request, context });
  const { refusal, trouble = null } = context;
  return {
    signedIn,
    ...(refusal && { refused: true }),
    account: caller && accountPrint(caller.user.id),
    formKey: makeFormKey(caller?.actor.userId ?? null, caller?.actor.sessionId ?? null),
    flash: refusal || trouble ? null : takeFlash(request, context),
    trouble,
  };
}

export const shouldRevalidate = unlessLost;

/**
 * The document. If the request was refused before it reached its route, the document has no scripts, because the
 * scripts would go by the address and treat the document as the requested page.
 */
export function Layout({ children }: { children: ReactNode }) {
  const nonce = useNonce();
  const data = useRouteLoaderData<typeof loader>("root");
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content="#FBFAF7" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#161513" media="(prefers-color-scheme: dark)" />
        <Meta />
        <Links />
      </head>
      <body>
        <IconDefinitions />
        <Frame signedIn={data?.signedIn ?? false} flash={data?.flash ?? null} trouble={data?.trouble ?? null}>
          {children}
        </Frame>
        {!(import.meta.env.SSR && data && "refused" in data) && (
          <>
            <ScrollRestoration nonce={nonce} />
            <Scripts nonce={nonce} />
          </>
        )}
      </body>
    </html>
  );
}

export default function App() {
  const { account } = useLoaderData<typeof loader>();
  useFocusOnNewPage();
  useSingleClicks();
  return (
    <AdditionsProvider account={account}>
      <Outlet />
      <UnsavedGuard />
    </AdditionsProvider>
  );
}

/**
 * Moves the focus to the heading of a new page, so that people with a keyboard or a screen reader begin there too. Does
 * the same if the button that was pressed has disappeared and the focus with it.
 */
function useFocusOnNewPage() {
  const { pathname } = useLocation();
  const { state } = useNavigation();
  const shown = useRef(pathname);
  const sent = useRef(false);
  useEffect(() => {
    if (state === "submitting") sent.current = true;
    if (state !== "idle") return;
    const isLost = sent.current && (!document.activeElement || document.activeElement === document.body);
    sent.current = false;
    if (shown.current === pathname && !isLost) return;
    shown.current = pathname;
    if (document.activeElement?.closest("main")) return;
    const heading = document.querySelector<HTMLElement>("main h1");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
  }, [pathname, state]);
}

/** Ignores the second click of a double click, because a button that switches something would do it and undo it. */
function useSingleClicks() {
  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      const target = event.target instanceof Element ? event.target.closest("form button") : null;
      if (target && event.detail > 1) event.preventDefault();
    };
    document.addEventListener("click", onClick, { capture: true });
    return () => document.removeEventListener("click", onClick, { capture: true });
  }, []);
}

export { RouteError as ErrorBoundary };
