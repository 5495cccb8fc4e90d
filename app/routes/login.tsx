import { redirect, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Link, useLoaderData, useSearchParams } from "@remix-run/react";
import { authenticateForm, startPageSession } from "~/auth/authenticator.server";
import { requireAnonymous } from "~/auth/require-actor.server";
import { Checkbox, Field, PageForm, SubmitButton, usePageForm, usePending } from "~/components/form";
import { PasskeyButton } from "~/components/passkey-button";
import { loginForm } from "~/domain/accounts/account-schema";
import { signInWithPasskey } from "~/domain/accounts/passkeys/passkey-sign-in.server";
import { passkeySignInForm } from "~/domain/accounts/passkeys/passkey-schema";
import { isSignUpClosed } from "~/domain/accounts/admission.server";
import { form, formAction, pageLoader } from "~/http/page.server";
import { safeRedirect } from "~/http/safe-redirect";

export const meta: MetaFunction = () => [{ title: "Sign in · Holdfast" }];

export const loader = pageLoader(async (args: LoaderFunctionArgs) => {
  await requireAnonymous(args);
  return { signUpClosed: isSignUpClosed() };
});

export const action = formAction({
  "sign-in": form(
    loginForm,
    async ({ value, request, context }) => {
      await startPageSession(await authenticateForm(value, request, context), request, context);
      return redirect(safeRedirect(new URL(request.url).searchParams.get("redirect")), 303);
    },
    { secrets: ["password"] },
  ),
  passkey: form(
    passkeySignInForm,
    async ({ value, request, context }) => {
      const kind = { via: "cookie", remembered: value.remember } as const;
      const session = await signInWithPasskey(value.response, context.origin, kind, context.client);
      await startPageSession(session, request, context);
      return redirect(safeRedirect(new URL(request.url).searchParams.get("redirect")), 303);
    },
    { secrets: ["response"] },
  ),
});

export default function SignIn() {
  const { signUpClosed } = useLoaderData<typeof loader>();
  const [query] = useSearchParams();
  const [state, fields] = usePageForm<{ email: string; password: string; remember: boolean }>("sign-in");
  const pending = usePending("sign-in");
  return (
    <div className="max-w-md">
      <h1 className="mb-8">Sign in</h1>
      <PageForm form={state} intent="sign-in">
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
          more={() => keepSignedIn(fields.remember.id)}
        />
      </div>
    </div>
  );
}

/** The one checkbox counts for both ways to sign in. */
function keepSignedIn(id: string): Record<string, string> {
  const checkbox = document.getElementById(id);
  return checkbox instanceof HTMLInputElement && checkbox.checked ? { remember: "on" } : {};
}
