import { redirect, type LoaderFunctionArgs } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { strangerTo } from "~/identity/edge/stranger.server";
import { deadLinkTitle, DeadLinkOr } from "~/identity/parts/dead-link";
import { PageForm, SubmitButton, usePageForm, usePending } from "~/web/ui/form/form";
import { OfAnotherAccount } from "~/identity/parts/of-another-account";
import { titled } from "~/web/ui/page-title";
import { emailInWords } from "~/core/email";
import { undoEmailChange } from "~/identity/domain/email-change/email-change.server";
import { requireLink } from "~/identity/domain/account/links.server";
import { setFlash } from "~/web/page/flash.server";
import { linkToken } from "./link-token";
import { buttonForm, formAction, pageLoader } from "~/web/page/page.server";

export const meta = titled("Undo the change of address", { 404: deadLinkTitle });

/** Opening the page does not use up the link, because mail scanners open the links in a mail. */
export const loader = pageLoader(async ({ request, context }: LoaderFunctionArgs) => {
  const link = await requireLink("undo-email", linkToken(request));
  return { email: emailInWords(link.email), signedInAs: await strangerTo(link, { request, context }) };
});

export const action = formAction({
  undo: buttonForm(async ({ request, context }) => {
    const stranger = await strangerTo(await requireLink("undo-email", linkToken(request)), { request, context });
    await undoEmailChange(linkToken(request), context.client);
    setFlash(context, stranger === null ? "email-restored" : "other-email-restored");
    return redirect("/forgot-password", 303);
  }),
});

export default function UndoEmailChange() {
  const { email, signedInAs } = useLoaderData<typeof loader>();
  const [state] = usePageForm("undo");
  const pending = usePending("undo");
  return (
    <div className="max-w-md">
      <h1 className="mb-4">Undo the change of address</h1>
      <p className="mb-6">
        The account that was changed from <strong>{email}</strong> will use that address again, and will be signed out
        on every device. After that, choose a new password: whoever changed the address knew the old one.
      </p>
      <OfAnotherAccount signedInAs={signedInAs} />
      <PageForm form={state} intent="undo">
        <SubmitButton pending={pending}>Undo the change</SubmitButton>
      </PageForm>
    </div>
  );
}

export function ErrorBoundary() {
  return (
    <DeadLinkOr>
      A change of address can be undone for 7 days. If somebody else has your account,{" "}
      <Link className="link" to="/forgot-password">
        try to reset the password
      </Link>{" "}
      or ask whoever runs this server.
    </DeadLinkOr>
  );
}
