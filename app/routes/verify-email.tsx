import { redirect, type LoaderFunctionArgs } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { findPageCaller } from "~/auth/require-actor.server";
import { deadLinkTitle, DeadLinkOr } from "~/components/dead-link";
import { Field, PageForm, SubmitButton, usePageForm, usePending } from "~/components/form";
import { titled } from "~/components/page-title";
import { verifyEmailForm } from "~/domain/accounts/account-schema";
import { requireLink } from "~/domain/accounts/links.server";
import { verificationIsRequired, verifyEmail } from "~/domain/accounts/email-verification.server";
import { setFlash } from "~/http/flash.server";
import { linkToken } from "~/http/link-token";
import { form, formAction, pageLoader } from "~/http/page.server";

export const meta = titled("Confirm your email address", { 404: deadLinkTitle });

/** Programs that look at mail follow its links: to look spends nothing. */
export const loader = pageLoader(async ({ request }: LoaderFunctionArgs) => {
  await requireLink("verify-email", linkToken(request));
  return { asksPassword: verificationIsRequired() };
});

export const action = formAction({
  verify: form(
    verifyEmailForm,
    async ({ value, request, context }) => {
      await verifyEmail(linkToken(request), value.password, context.client);
      setFlash(context, "email-confirmed");
      return redirect((await findPageCaller({ request, context })) ? "/settings" : "/login", 303);
    },
    { secrets: ["password"] },
  ),
});

export default function VerifyEmail() {
  const { asksPassword } = useLoaderData<typeof loader>();
  const [state, fields] = usePageForm<{ password: string }>("verify");
  const pending = usePending("verify");
  return (
    <div className="max-w-md">
      <h1 className="mb-4">Confirm your email address</h1>
      <p className="mb-6">
        {asksPassword
          ? "Enter the password that you chose for the account, and the address is known to be yours."
          : "One click, and the address is known to be yours."}
      </p>
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
