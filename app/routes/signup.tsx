import { redirect, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Link, useSearchParams } from "@remix-run/react";
import { startPageSession } from "~/auth/authenticator.server";
import { requireAnonymous } from "~/auth/require-actor.server";
import { Field, PageForm, SubmitButton, usePageForm, usePending } from "~/components/form";
import { signUpForm } from "~/domain/accounts/account-schema";
import { signUp } from "~/domain/accounts/sign-up.server";
import { setFlash } from "~/http/flash.server";
import { form, formAction, pageLoader } from "~/http/page.server";
import { safeRedirect } from "~/http/safe-redirect";

export const meta: MetaFunction = () => [{ title: "Create your account · Holdfast" }];

export const loader = pageLoader(async (args: LoaderFunctionArgs) => {
  await requireAnonymous(args);
  return null;
});

export const action = formAction({
  "sign-up": form(
    signUpForm,
    async ({ value: { email, password, name }, request, context }) => {
      const session = await signUp({ email, password, name }, { via: "cookie", remembered: false }, context.client);
      await startPageSession(session, request, context);
      setFlash(context, "signed-up");
      return redirect(safeRedirect(new URL(request.url).searchParams.get("redirect")), 303);
    },
    { secrets: ["password", "confirmPassword"] },
  ),
});

export default function SignUp() {
  const [query] = useSearchParams();
  const [state, fields] = usePageForm<{ name: string; email: string; password: string; confirmPassword: string }>(
    "sign-up",
  );
  const pending = usePending("sign-up");
  return (
    <div className="max-w-md">
      <h1 className="mb-8">Create your account</h1>
      <PageForm form={state} intent="sign-up">
        <Field label="Name (optional)" field={fields.name} autoComplete="name" />
        <Field label="Email" field={fields.email} type="email" autoComplete="username" required />
        <Field
          label="Password"
          field={fields.password}
          type="password"
          autoComplete="new-password"
          required
          help="At least 8 characters. A few words in a row are better than one odd one."
        />
        <Field
          label="Confirm password"
          field={fields.confirmPassword}
          type="password"
          autoComplete="new-password"
          required
        />
        <SubmitButton pending={pending}>Create account</SubmitButton>
      </PageForm>
      <p className="mt-8 text-muted">
        Have an account already?{" "}
        <Link className="link" to={{ pathname: "/login", search: query.toString() }}>
          Sign in
        </Link>
      </p>
    </div>
  );
}
