import { redirect, type LoaderFunctionArgs } from "@remix-run/node";
import { findPageCaller } from "~/web/guards.server";
import { pageLoader } from "~/web/page/page.server";

const form = "/settings#password-heading";

/**
 * Leads password managers to the form that changes a password (W3C, "A Well-Known URL for Changing Passwords"). This
 * page redirects to the sign-in itself, because the redirect of the settings would lose the fragment that names the
 * form.
 */
export const loader = pageLoader(async (args: LoaderFunctionArgs) => {
  if (await findPageCaller(args)) return redirect(form);
  return redirect(`/login?${new URLSearchParams({ redirect: form }).toString()}`);
});
