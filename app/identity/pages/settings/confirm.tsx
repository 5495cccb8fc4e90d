import { redirect, type MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { renewPageSession } from "~/identity/edge/identification.server";
import { signedIn } from "~/web/guards.server";
import { CodeField, Field, PageForm, SubmitButton, usePageForm, usePending } from "~/web/ui/form/form";
import { SettingsHeading } from "~/web/ui/settings-heading";
import { confirmForm } from "~/identity/domain/account/account-schema";
import { proveByCode, provePassword } from "~/identity/domain/sign-in/proof.server";
import { hasTotp } from "~/identity/domain/factors/factor.server";
import { form, formAction, pageLoader } from "~/web/page/page.server";
import { safeRedirect } from "~/web/page/safe-redirect";

export const meta: MetaFunction = () => [{ title: "Is it you? · Holdfast" }];

export const loader = pageLoader(signedIn, async ({ actor }) => {
  return { takesCode: await hasTotp(actor) };
});

export const action = formAction(signedIn, {
  confirm: form(
    confirmForm,
    async ({ value, request, context, caller }) => {
      if (value.password === "") await proveByCode(caller.actor, value.code, context.client);
      else await provePassword(caller.actor, value.password, context.client);
      await renewPageSession({ request, context }, caller);
      return redirect(safeRedirect(new URL(request.url).searchParams.get("redirect"), "/settings"), 303);
    },
    { secrets: ["password", "code"] },
  ),
});

/**
 * Asks for the password, or for a code if an authenticator app is set up, before a page that shows something sensitive.
 */
export default function Confirm() {
  const { takesCode } = useLoaderData<typeof loader>();
  const [state, fields] = usePageForm<typeof confirmForm>("confirm");
  const pending = usePending("confirm");
  return (
    <div className="max-w-md">
      <SettingsHeading>Is it you?</SettingsHeading>
      <p className="mb-6">
        It has been a while since you signed in. Enter your password to go on{takesCode && ", or a code of your app"}.
      </p>
      <PageForm form={state} intent="confirm">
        <Field label="Password" field={fields.password} type="password" autoComplete="current-password" />
        {takesCode && <CodeField label="Or a code of your app" field={fields.code} />}
        <SubmitButton pending={pending}>Go on</SubmitButton>
      </PageForm>
    </div>
  );
}
