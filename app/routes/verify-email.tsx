import { redirect, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Link } from "@remix-run/react";
import { findPageCaller } from "~/auth/require-actor.server";
import { DeadLinkOr } from "~/components/dead-link";
import { PageForm, SubmitButton, usePageForm, usePending } from "~/components/form";
import { requireLink } from "~/domain/accounts/links.server";
import { verifyEmail } from "~/domain/accounts/email-verification.server";
import { setFlash } from "~/http/flash.server";
import { linkToken } from "~/http/link-token";
import { buttonForm, formAction, pageLoader } from "~/http/page.server";

export const meta: MetaFunction = () => [{ title: "Confirm your email address · Holdfast" }];

/** Programs that look at mail follow its links: to look spends nothing. */
export const loader = pageLoader(async ({ request }: LoaderFunctionArgs) => {
  await requireLink("verify-email", linkToken(request));
  return null;
});

export const action = formAction({
  verify: buttonForm(async ({ request, context }) => {
    await verifyEmail(linkToken(request), context.client);
    setFlash(context, "email-confirmed");
    return redirect((await findPageCaller({ request, context })) ? "/settings" : "/login", 303);
  }),
});

export default function VerifyEmail() {
  const [state] = usePageForm("verify");
  const pending = usePending("verify");
  return (
    <div className="max-w-md">
      <h1 className="mb-4">Confirm your email address</h1>
      <p className="mb-6">One click, and the address is known to be yours.</p>
      <PageForm form={state} intent="verify">
        <SubmitButton pending={pending}>Confirm email address</SubmitButton>
      </PageForm>
    </div>
  );
}

export function ErrorBoundary() {
  return (
    <DeadLinkOr>
      If your address is not confirmed yet,{" "}
      <Link className="link" to="/settings">
        ask for a new link in the settings
      </Link>
      .
    </DeadLinkOr>
  );
}
