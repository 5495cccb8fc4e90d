import { redirect, type LoaderFunctionArgs } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { strangerTo } from "~/identity/edge/stranger.server";
import { deadLinkTitle, DeadLinkOr } from "~/identity/parts/dead-link";
import { Field, PageForm, SubmitButton, usePageForm, usePending } from "~/web/ui/form/form";
import { OfAnotherAccount } from "~/identity/parts/of-another-account";
import { titled } from "~/web/ui/page-title";
import { emailInWords } from "~/core/email";
import { resetPasswordForm } from "~/identity/domain/account/account-schema";
import { ownerOfResetLink, resetPassword } from "~/identity/domain/recovery/password-reset.server";
import { setFlash } from "~/web/page/flash.server";
import { linkToken } from "./link-token";
import { form, formAction, pageLoader } from "~/web/page/page.server";

export const meta = titled("Choose a new password", { 404: deadLinkTitle });

/** Opening the page does not use up the link, because mail scanners open the links in a mail. */
export const loader = pageLoader(async ({ request, context }: LoaderFunctionArgs) => {
  const { id, email } = await ownerOfResetLink(linkToken(request));
  return { email: emailInWords(email), signedInAs: await strangerTo({ userId: id }, { request, context }) };
});

export const action = formAction({
  reset: form(
    resetPasswordForm,
    async ({ value, request, context }) => {
      const { id } = await ownerOfResetLink(linkToken(request));
      // Looked up before the change, because the change ends the owner's own session too.
      const stranger = await strangerTo({ userId: id }, { request, context });
      await resetPassword(linkToken(request), value.newPassword, context.client);
      setFlash(context, stranger === null ? "password-reset" : "other-password-reset");
      return redirect(stranger === null ? "/login" : "/tasks", 303);
    },
    { secrets: ["newPassword", "confirmPassword"] },
  ),
});

export default function ResetPassword() {
  const { email, signedInAs } = useLoaderData<typeof loader>();
  const [state, fields] = usePageForm<typeof resetPasswordForm>("reset");
  const pending = usePending("reset");
  return (
    <div className="max-w-md">
      <h1 className="mb-4">Choose a new password</h1>
      <p className="mb-6">
        For the account <strong>{email}</strong>. Every device is signed out, and you sign in with the new password.
      </p>
      <OfAnotherAccount signedInAs={signedInAs} />
      <PageForm form={state} intent="reset">
        {/* Tells password managers which account the password belongs to. */}
        <input type="text" autoComplete="username" value={email} readOnly hidden />
        <Field
          label="New password"
          field={fields.newPassword}
          type="password"
          autoComplete="new-password"
          required
          help="At least 8 characters. A few words in a row are better than one odd one."
        />
        <Field
          label="Confirm new password"
          field={fields.confirmPassword}
          type="password"
          autoComplete="new-password"
          required
        />
        <SubmitButton pending={pending}>Change password</SubmitButton>
      </PageForm>
    </div>
  );
}

export function ErrorBoundary() {
  return (
    <DeadLinkOr>
      A link to choose a new password works once, for 10 minutes.{" "}
      <Link className="link" to="/forgot-password">
        Ask for a new one
      </Link>
      .
    </DeadLinkOr>
  );
}
