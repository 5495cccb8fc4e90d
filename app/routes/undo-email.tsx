import { redirect, type LoaderFunctionArgs } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { deadLinkTitle, DeadLinkOr } from "~/components/dead-link";
import { PageForm, SubmitButton, usePageForm, usePending } from "~/components/form";
import { titled } from "~/components/page-title";
import { emailInWords } from "~/domain/accounts/email";
import { undoEmailChange } from "~/domain/accounts/email-change.server";
import { requireLink } from "~/domain/accounts/links.server";
import { setFlash } from "~/http/flash.server";
import { linkToken } from "~/http/link-token";
import { buttonForm, formAction, pageLoader } from "~/http/page.server";

export const meta = titled("Undo the change of address", { 404: deadLinkTitle });

/** Programs that look at mail follow its links: to look spends nothing. */
export const loader = pageLoader(async ({ request }: LoaderFunctionArgs) => {
  const { email } = await requireLink("undo-email", linkToken(request));
  return { email: emailInWords(email) };
});

export const action = formAction({
  undo: buttonForm(async ({ request, context }) => {
    await undoEmailChange(linkToken(request), context.client);
    setFlash(context, "email-restored");
    return redirect("/forgot-password", 303);
  }),
});

export default function UndoEmailChange() {
  const { email } = useLoaderData<typeof loader>();
  const [state] = usePageForm("undo");
  const pending = usePending("undo");
  return (
    <div className="max-w-md">
      <h1 className="mb-4">Undo the change of address</h1>
      <p className="mb-6">
        Your account will use {email} again, and will be signed out on every device. After that, choose a new password:
        whoever changed the address knew the old one.
      </p>
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
