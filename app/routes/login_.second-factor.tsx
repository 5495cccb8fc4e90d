import { redirect, type AppLoadContext, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Link, useActionData, useLoaderData, useSearchParams } from "@remix-run/react";
import { startPageSession } from "~/auth/authenticator.server";
import { dropSecondStep, requireSecondStep } from "~/auth/second-step.server";
import { CodeField, Field, PageForm, SubmitButton, usePageForm, usePending } from "~/components/form";
import type { FormResult } from "~/components/form-result";
import { Icon } from "~/components/icons";
import { PasskeyButton } from "~/components/passkey-button";
import { finishSecondStepWithPasskey } from "~/domain/accounts/passkeys/passkey-sign-in.server";
import { passkeyAnswerForm } from "~/domain/accounts/passkeys/passkey-schema";
import type { FactorAnswer } from "~/domain/accounts/second-factor/factor.server";
import { backupCodeForm, codeForm } from "~/domain/accounts/second-factor/factor-schema";
import { finishSecondStep } from "~/domain/accounts/second-factor/second-step.server";
import type { OpenedSession } from "~/domain/sessions/sessions.server";
import { setFlash } from "~/http/flash.server";
import { form, formAction, pageLoader, type Submitted } from "~/http/page.server";
import { safeRedirect } from "~/http/safe-redirect";

export const meta: MetaFunction = () => [{ title: "Second step · Holdfast" }];

export const loader = pageLoader(async (args: LoaderFunctionArgs) => {
  const { hasPasskeys } = await requireSecondStep(args);
  return { hasPasskeys };
});

async function finish({ request, context }: Submitted<unknown>, answer: FactorAnswer) {
  const { secret } = await requireSecondStep({ request, context });
  const { session, backupCodesLeft } = await finishSecondStep(secret, answer, context.client);
  if (backupCodesLeft !== null) setFlash(context, `backup-codes-left-${backupCodesLeft}`);
  return leave(session, request, context);
}

async function leave(session: OpenedSession, request: Request, context: AppLoadContext) {
  await startPageSession(session, request, context);
  dropSecondStep(context);
  return redirect(safeRedirect(new URL(request.url).searchParams.get("redirect")), 303);
}

export const action = formAction(
  {
    code: form(codeForm, (submitted) => finish(submitted, { totpCode: submitted.value.code }), { secrets: ["code"] }),
    backup: form(backupCodeForm, (submitted) => finish(submitted, { backupCode: submitted.value.backupCode }), {
      secrets: ["backupCode"],
    }),
    passkey: form(
      passkeyAnswerForm,
      async ({ value, request, context }) => {
        const { secret } = await requireSecondStep({ request, context });
        const { response } = value;
        const session = await finishSecondStepWithPasskey(secret, response, context.origin, context.client);
        return leave(session, request, context);
      },
      { secrets: ["response"] },
    ),
  },
  { guard: requireSecondStep, unnamed: (form) => (form.has("backupCode") ? "backup" : "code") },
);

export default function SecondFactor() {
  const { hasPasskeys } = useLoaderData<typeof loader>();
  const [query] = useSearchParams();
  const [state, fields] = usePageForm<{ code: string }>("code");
  const pending = usePending("code");
  return (
    <div className="max-w-md">
      <h1 className="mb-4">Second step</h1>
      <p className="mb-6">Your password is right. Now enter the code that your authenticator app shows.</p>
      <PageForm form={state} intent="code">
        <CodeField label="Code" field={fields.code} required autoFocus />
        <SubmitButton pending={pending}>Sign in</SubmitButton>
      </PageForm>
      <BackupCode />
      <p className="mt-4 text-muted">
        <Link className="link" to={{ pathname: "/login", search: query.toString() }}>
          Start again
        </Link>
      </p>
      {hasPasskeys && (
        <div className="mt-8">
          <PasskeyButton
            label="Use a passkey"
            intent="passkey"
            options="/login/second-factor/passkey-options"
            ceremony="authentication"
          />
        </div>
      )}
    </div>
  );
}

function BackupCode() {
  const [state, fields] = usePageForm<{ backupCode: string }>("backup");
  const pending = usePending("backup");
  const refused = useActionData<FormResult>()?.intent === "backup";
  return (
    <details className="disclosure mt-6" open={refused || undefined}>
      <summary>
        <Icon name="chevron" />
        Use a backup code
      </summary>
      <PageForm form={state} intent="backup" className="mt-3">
        <Field
          label="Backup code"
          field={fields.backupCode}
          help="One of the ten that you got when you set this up. Each works once."
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
        />
        <SubmitButton pending={pending}>Sign in with a backup code</SubmitButton>
      </PageForm>
    </details>
  );
}
