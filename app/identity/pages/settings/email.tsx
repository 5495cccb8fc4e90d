import { redirect, type MetaFunction } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { renewPageSession } from "~/identity/edge/identification.server";
import { signedIn } from "~/web/guards.server";
import { Field, PageForm, SubmitButton, usePageForm, usePending } from "~/web/ui/form/form";
import { SettingsHeading } from "~/web/ui/settings-heading";
import { emailInWords } from "~/core/email";
import { changeEmailForm } from "~/identity/domain/account/account-schema";
import { requestEmailChange } from "~/identity/domain/email-change/email-change.server";
import { mailIsOn } from "~/services/mail/outbox.server";
import { setFlash } from "~/web/page/flash.server";
import { form, formAction, pageLoader } from "~/web/page/page.server";

export const meta: MetaFunction = () => [{ title: "Change your email address · Holdfast" }];

export const loader = pageLoader(signedIn, ({ caller }) =>
  Promise.resolve({ email: emailInWords(caller.user.email), sendsMail: mailIsOn() }),
);

export const action = formAction(signedIn, {
  "change-email": form(
    changeEmailForm,
    async ({ value, request, context, caller }) => {
      const done = await requestEmailChange(caller.actor, value, context.client);
      await renewPageSession({ request, context }, caller);
      setFlash(context, done === "asked" ? "email-change-asked" : "email-changed");
      return redirect("/settings", 303);
    },
    { secrets: ["password"] },
  ),
});

export default function ChangeEmail() {
  const { email, sendsMail } = useLoaderData<typeof loader>();
  const [state, fields] = usePageForm<typeof changeEmailForm>("change-email");
  const pending = usePending("change-email");
  return (
    <div className="max-w-md">
      <SettingsHeading>Change your email address</SettingsHeading>
      <p className="mb-6">
        You sign in with {email} now.{" "}
        {sendsMail
          ? "The new address is used once you have followed the link that we send there."
          : "The new address is used at once: this server sends no mail, so type it with care."}
      </p>
      <PageForm form={state} intent="change-email">
        <Field label="New email" field={fields.email} type="email" autoComplete="email" required />
        <Field label="Password" field={fields.password} type="password" autoComplete="current-password" required />
        <div className="flex flex-wrap gap-3">
          <SubmitButton pending={pending}>Change email</SubmitButton>{" "}
          <Link to="/settings" className="button">
            Keep the address
          </Link>
        </div>
      </PageForm>
    </div>
  );
}
