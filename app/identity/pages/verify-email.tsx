import { redirect, type LoaderFunctionArgs } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { findPageCaller } from "~/web/guards.server";
import { strangerTo } from "~/identity/edge/stranger.server";
import { deadLinkTitle, DeadLinkOr } from "~/identity/parts/dead-link";
import { Field, PageForm, SubmitButton, usePageForm, usePending } from "~/web/ui/form/form";
import { OfAnotherAccount } from "~/identity/parts/of-another-account";
import { titled } from "~/web/ui/page-title";
import { verifyEmailForm } from "~/identity/domain/account/account-schema";
import { requireLink } from "~/identity/domain/account/links.server";
import { verificationIsRequired, verifyEmail } from "~/identity/domain/sign-up/email-verification.server";
import { setFlash } from "~/web/page/flash.server";
import { linkToken } from "./link-token";
import { form, formAction, pageLoader } from "~/web/page/page.server";

export const meta = titled("Confirm your email address", { 404: deadLinkTitle });

/** Opening the page does not use up the link, because mail scanners open the links in a mail. */
export const loader = pageLoader(async ({ request, context }: LoaderFunctionArgs) => {
  const link = await requireLink("verify-email", linkToken(request));
  const signedInAs = await strangerTo(link, { request, context });
  return { email: link.email, signedInAs, asksPassword: verificationIsRequired() };
});

export const action = formAction({
  verify: form(
    verifyEmailForm,
    async ({ value, request, context }) => {
      const stranger = await strangerTo(await requireLink("verify-email", linkToken(request)), { request, context });
      await verifyEmail(linkToken(request), value.password, context.client);
      setFlash(context, stranger === null ? "email-confirmed" : "other-email-confirmed");
      if (stranger !== null) return redirect("/tasks", 303);
      return redirect((await findPageCaller({ request, context })) ? "/settings" : "/login", 303);
    },
    { secrets: ["password"] },
  ),
});

export default function VerifyEmail() {
  const { email, signedInAs, asksPassword } = useLoaderData<typeof loader>();
  const [state, fields] = usePageForm<typeof verifyEmailForm>("verify");
  const pending = usePending("verify");
  return (
    <div className="max-w-md">
      <h1 className="mb-4">Confirm your email address</h1>
      <p className="mb-6">
        {asksPassword ? "Enter the password that you chose for the account" : "One click"}, and the address{" "}
        <strong>{email}</strong> is known to be yours.
      </p>
      <OfAnotherAccount signedInAs={signedInAs} />
      <PageForm form={state} intent="verify">
        {asksPassword && (
          <Field label="Password" field={fields.password} type="password" autoComplete="current-password" />
        )}
        <SubmitButton pending={pending}>Confirm email address</SubmitButton>
      </PageForm>
      {asksPassword && (
        <p className="mt-8 text-muted">
          Is it not your password?{" "}
          <Link className="link" to="/forgot-password">
            Choose a new one
          </Link>
        </p>
      )}
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
