import { RemixBrowser } from "@remix-run/react";
import { startTransition, StrictMode } from "react";
import { hydrateRoot } from "react-dom/client";
import { goOnByBrowser } from "~/components/gone-scripts";
import { watchRequests } from "~/components/lost-request";

watchRequests();
window.goOnByBrowser = goOnByBrowser;

startTransition(() => {
  hydrateRoot(
    document,
    <StrictMode>
      <RemixBrowser />
    </StrictMode>,
  );
});
