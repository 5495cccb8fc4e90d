import { redirect, type LoaderFunctionArgs } from "@remix-run/node";
import { findPageCaller } from "~/web/guards.server";
import { pageLoader } from "~/web/page/page.server";

const form = "/settings#password-heading";

/**
 * Where password managers find the form that changes a password (W3C, "A Well-Known URL for Changing Passwords"). The
 * way to sign in is named here, since the settings' own redirect to it would lose the place within the page.
 */
export const loader = pageLoader(async (args: LoaderFunctionArgs) => {
  if (await findPageCaller(args)) return redirect(form);
  return redirect(`/login?${new URLSearchParams({ redirect: form }).toString()}`);
});
