import { redirect, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { Field, PageForm, SubmitButton, usePageForm, usePending } from "~/web/ui/form/form";
import { forgotPasswordForm } from "~/identity/domain/account/account-schema";
import { askForReset } from "~/identity/domain/recovery/password-reset.server";
import { mailIsOn } from "~/services/mail/outbox.server";
import { form, formAction, pageLoader } from "~/web/page/page.server";

export const meta: MetaFunction = () => [{ title: "Reset your password · Holdfast" }];

export const loader = pageLoader((_args: LoaderFunctionArgs) => Promise.resolve({ sendsMail: mailIsOn() }));

export const action = formAction({
  "ask-for-reset": form(forgotPasswordForm, async ({ value, context }) => {
    await askForReset(value.email, context.client);
    return redirect("/check-email?reset", 303);
  }),
});

export default function ForgotPassword() {
  const { sendsMail } = useLoaderData<typeof loader>();
  return (
    <div className="max-w-md">
      <h1 className="mb-4">Reset your password</h1>
      {sendsMail ? (
        <AskForReset />
      ) : (
        <p>This server sends no mail, so it cannot send you a link. Ask whoever runs it to help you in.</p>
      )}
      <p className="mt-8 text-muted">
        Remember it after all?{" "}
        <Link className="link" to="/login">
          Sign in
        </Link>
      </p>
    </div>
  );
}

function AskForReset() {
  const [state, fields] = usePageForm<typeof forgotPasswordForm>("ask-for-reset");
  const pending = usePending("ask-for-reset");
  return (
    <>
      <p className="mb-6">Enter the address of your account, and we mail you a link to choose a new password.</p>
      <PageForm form={state} intent="ask-for-reset">
        <Field label="Email" field={fields.email} type="email" autoComplete="username" required />
        <SubmitButton pending={pending}>Send reset link</SubmitButton>
      </PageForm>
    </>
  );
}
