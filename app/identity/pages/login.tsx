import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Link, useLoaderData, useSearchParams } from "@remix-run/react";
import { authenticateForm, startPageSession } from "~/identity/edge/authenticator.server";
import { requireAnonymous } from "~/web/guards.server";
import { Checkbox, Field, PageForm, SubmitButton, usePageForm, usePending } from "~/web/ui/form/form";
import { PasskeyButton } from "~/identity/parts/passkey-button";
import { loginForm } from "~/identity/domain/account/account-schema";
import { emailOf } from "~/identity/domain/account/accounts.server";
import { signInWithPasskey } from "~/identity/domain/passkeys/passkey-sign-in.server";
import { passkeySignInForm } from "~/identity/domain/passkeys/passkey-schema";
import { isSignUpClosed } from "~/identity/domain/sign-up/admission.server";
import { findDraft } from "~/web/page/draft.server";
import { form, formAction, pageLoader } from "~/web/page/page.server";

export const meta: MetaFunction = () => [{ title: "Sign in · Holdfast" }];

export const loader = pageLoader(async (args: LoaderFunctionArgs) => {
  await requireAnonymous(args);
  const draft = await findDraft(args);
  return { signUpClosed: isSignUpClosed(), goesOnAs: draft && (await emailOf(draft.userId)) };
});

export const action = formAction({
  "sign-in": form(
    loginForm,
    async ({ value, request, context }) =>
      startPageSession(await authenticateForm(value, request, context), request, context),
    { secrets: ["password"] },
  ),
  passkey: form(
    passkeySignInForm,
    async ({ value, request, context }) => {
      const kind = { via: "cookie", remembered: value.remember } as const;
      const session = await signInWithPasskey(value.response, context.origin, kind, context.client);
      return startPageSession(session, request, context);
    },
    { secrets: ["response"] },
  ),
});

export default function SignIn() {
  const { signUpClosed, goesOnAs } = useLoaderData<typeof loader>();
  const [query] = useSearchParams();
  const [state, fields] = usePageForm<typeof loginForm>("sign-in", {
    email: goesOnAs ?? undefined,
  });
  const pending = usePending("sign-in");
  return (
    <div className="max-w-md">
      <h1 className="mb-8">Sign in</h1>
      {goesOnAs !== null && <GoesOn email={goesOnAs} />}
      {/* The answer also sends the kept form again, so the browser itself has to receive it, not a script. */}
      <PageForm form={state} intent="sign-in" reloadDocument={goesOnAs !== null}>
        <Field label="Email" field={fields.email} type="email" autoComplete="username" required />
        <Field label="Password" field={fields.password} type="password" autoComplete="current-password" required />
        <Checkbox label="Keep me signed in" field={fields.remember} />
        <SubmitButton pending={pending}>Sign in</SubmitButton>
      </PageForm>
      <p className="mt-8">
        <Link className="link" to="/forgot-password">
          Forgot your password?
        </Link>
      </p>
      {!signUpClosed && (
        <p className="mt-4 text-muted">
          New here?{" "}
          <Link className="link" to={{ pathname: "/signup", search: query.toString() }}>
            Create account
          </Link>
        </p>
      )}
      <div className="mt-8">
        <noscript>
          <p className="text-muted">Signing in with a passkey needs JavaScript.</p>
        </noscript>
        <PasskeyButton
          label="Sign in with a passkey"
          intent="passkey"
          options="/login/passkey-options"
          ceremony="authentication"
          reloadDocument={goesOnAs !== null}
          more={() => keepSignedIn(fields.remember.id)}
        />
      </div>
    </div>
  );
}

/** Explains why a form led to the sign-in page: the session had ended when the person sent it. */
function GoesOn({ email }: { email: string }) {
  return (
    <p role="note" className="summary-quiet mb-6">
      Your session had ended when you sent that, and nothing is lost. Sign in as{" "}
      <strong className="break-all">{email}</strong> to go on with what you typed.
    </p>
  );
}

/** Reads the checkbox of the password form, which also applies to signing in with a passkey. */
function keepSignedIn(id: string): Record<string, string> {
  const checkbox = document.getElementById(id);
  return checkbox instanceof HTMLInputElement && checkbox.checked ? { remember: "on" } : {};
}
