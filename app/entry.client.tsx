import { RemixBrowser } from "@remix-run/react";
import { startTransition, StrictMode } from "react";
import { hydrateRoot } from "react-dom/client";
import { goOnByBrowser } from "~/web/ui/states/gone-scripts";
import { watchRequests } from "~/web/ui/states/lost-request";

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
