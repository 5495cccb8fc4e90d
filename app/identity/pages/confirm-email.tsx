import { redirect, type LoaderFunctionArgs } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { findPageCaller } from "~/web/guards.server";
import { strangerTo } from "~/identity/edge/stranger.server";
import { deadLinkTitle, DeadLinkOr } from "~/identity/parts/dead-link";
import { PageForm, SubmitButton, usePageForm, usePending } from "~/web/ui/form/form";
import { OfAnotherAccount } from "~/identity/parts/of-another-account";
import { titled } from "~/web/ui/page-title";
import { emailInWords } from "~/core/email";
import { getUser } from "~/identity/domain/account/accounts.server";
import { confirmEmailChange } from "~/identity/domain/email-change/email-change.server";
import { requireLink } from "~/identity/domain/account/links.server";
import { setFlash } from "~/web/page/flash.server";
import { linkToken } from "./link-token";
import { buttonForm, formAction, pageLoader } from "~/web/page/page.server";

export const meta = titled("Confirm your new email address", { 404: deadLinkTitle });

/** Opening the page does not use up the link, because mail scanners open the links in a mail. */
export const loader = pageLoader(async ({ request, context }: LoaderFunctionArgs) => {
  const link = await requireLink("change-email", linkToken(request));
  const signedInAs = await strangerTo(link, { request, context });
  return { email: emailInWords(link.email), account: emailInWords((await getUser(link)).email), signedInAs };
});

export const action = formAction({
  confirm: buttonForm(async ({ request, context }) => {
    const stranger = await strangerTo(await requireLink("change-email", linkToken(request)), { request, context });
    await confirmEmailChange(linkToken(request), context.client);
    setFlash(context, stranger === null ? "email-changed" : "other-email-changed");
    if (stranger !== null) return redirect("/tasks", 303);
    return redirect((await findPageCaller({ request, context })) ? "/settings" : "/login", 303);
  }),
});

export default function ConfirmNewEmail() {
  const { email, account, signedInAs } = useLoaderData<typeof loader>();
  const [state] = usePageForm("confirm");
  const pending = usePending("confirm");
  return (
    <div className="max-w-md">
      <h1 className="mb-4">Confirm your new email address</h1>
      <p className="mb-6">
        The account <strong>{account}</strong> will use <strong>{email}</strong> from now on, and you sign in with it.
      </p>
      <OfAnotherAccount signedInAs={signedInAs} />
      <PageForm form={state} intent="confirm">
        <SubmitButton pending={pending}>Use this address</SubmitButton>
      </PageForm>
    </div>
  );
}

export function ErrorBoundary() {
  return (
    <DeadLinkOr>
      If your address is to be changed still,{" "}
      <Link className="link" to="/settings/email">
        ask for it in the settings
      </Link>
      .
    </DeadLinkOr>
  );
}
