import { data, redirect, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Link, useLoaderData, useSearchParams } from "@remix-run/react";
import { startPageSession } from "~/identity/edge/authenticator.server";
import { findPageCaller, requireAnonymous } from "~/web/guards.server";
import { Field, PageForm, SubmitButton, usePageForm, usePending } from "~/web/ui/form/form";
import { signUpForm } from "~/identity/domain/account/account-schema";
import { emailInWords } from "~/core/email";
import { admissionOf, refuseIfClosed, type Admission } from "~/identity/domain/sign-up/admission.server";
import { openAccount } from "~/identity/domain/sign-up/sign-up.server";
import { setFlash } from "~/web/page/flash.server";
import { form, formAction, pageLoader } from "~/web/page/page.server";
import { safeRedirect } from "~/web/page/safe-redirect";

const inWords = (admission: Admission): Admission =>
  admission.state === "invited" && admission.email !== null
    ? { ...admission, email: emailInWords(admission.email) }
    : admission;

type PageData = { admission: Admission; invitation: string | null };

const titles: Record<Admission["state"], string> = {
  open: "Create your account",
  invited: "Create your account",
  uninvited: "Sign-up is by invitation",
  closed: "Sign-up is closed",
};

export const meta: MetaFunction<() => Promise<PageData>> = ({ data }) => [
  { title: `${titles[data?.admission.state ?? "open"]} · Holdfast` },
];

export const loader = pageLoader(async (args: LoaderFunctionArgs) => {
  const invitation = new URL(args.request.url).searchParams.get("invitation");
  if (invitation !== null && (await findPageCaller(args))) setFlash(args.context, "sign-out-for-invitation");
  await requireAnonymous(args);
  const admission = await admissionOf(invitation);
  const refused = admission.state === "closed" || admission.state === "uninvited";
  return data<PageData>({ admission: inWords(admission), invitation }, { status: refused ? 403 : 200 });
});

function whileOpen() {
  refuseIfClosed();
  return Promise.resolve({});
}

export const action = formAction(whileOpen, {
  "sign-up": form(
    signUpForm,
    async ({ value: { email, password, name, invitation }, request, context }) => {
      const input = { email, password, name, invitation };
      const session = await openAccount(input, { via: "cookie", remembered: false }, context.client);
      if (!session) return redirect("/check-email", 303);
      await startPageSession(session, request, context);
      setFlash(context, "signed-up");
      return redirect(safeRedirect(new URL(request.url).searchParams.get("redirect")), 303);
    },
    { secrets: ["password", "confirmPassword"] },
  ),
});

export default function SignUpPage() {
  const { admission, invitation } = useLoaderData<PageData>();
  if (admission.state === "closed")
    return <NoSignUp title={titles.closed}>Nobody can sign up here by themselves.</NoSignUp>;
  if (admission.state === "uninvited")
    return (
      <NoSignUp title={titles.uninvited}>
        {invitation
          ? "This invitation has been used, or its time is over."
          : "To create an account here you need a link that invites you."}
      </NoSignUp>
    );
  return <SignUpForm invitation={invitation} email={admission.state === "invited" ? admission.email : null} />;
}

function NoSignUp({ title, children }: { title: string; children: string }) {
  return (
    <div className="max-w-md">
      <h1 className="mb-4">{title}</h1>
      <p className="mb-8">{children} Ask whoever runs this server for an account.</p>
      <Link className="button" to="/login">
        Sign in
      </Link>
    </div>
  );
}

function SignUpForm({ invitation, email }: { invitation: string | null; email: string | null }) {
  const [query] = useSearchParams();
  const [state, fields] = usePageForm<typeof signUpForm>("sign-up", { email: email ?? undefined });
  const pending = usePending("sign-up");
  return (
    <div className="max-w-md">
      <h1 className="mb-8">Create your account</h1>
      <PageForm form={state} intent="sign-up">
        {invitation !== null && <input type="hidden" name="invitation" value={invitation} />}
        <Field label="Name (optional)" field={fields.name} autoComplete="name" />
        <Field
          label="Email"
          field={fields.email}
          type="email"
          autoComplete="username"
          required
          help={email === null ? undefined : "The invitation is for this address."}
        />
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
