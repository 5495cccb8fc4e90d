import { redirect, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Link, useActionData, useSearchParams } from "@remix-run/react";
import { startPageSession } from "~/auth/authenticator.server";
import { dropSecondStep, requireSecondStep } from "~/auth/second-step.server";
import { CodeField, Field, PageForm, SubmitButton, usePageForm, usePending } from "~/components/form";
import type { FormResult } from "~/components/form-result";
import { Icon } from "~/components/icons";
import type { FactorAnswer } from "~/domain/accounts/second-factor/factor.server";
import { backupCodeForm, codeForm } from "~/domain/accounts/second-factor/factor-schema";
import { finishSecondStep } from "~/domain/accounts/second-factor/second-step.server";
import { setFlash } from "~/http/flash.server";
import { form, formAction, pageLoader, type Submitted } from "~/http/page.server";
import { safeRedirect } from "~/http/safe-redirect";

export const meta: MetaFunction = () => [{ title: "Second step · Holdfast" }];

export const loader = pageLoader(async (args: LoaderFunctionArgs) => {
  await requireSecondStep(args);
  return null;
});

async function finish({ request, context }: Submitted<unknown>, answer: FactorAnswer) {
  const { secret } = await requireSecondStep({ request, context });
  const { session, backupCodesLeft } = await finishSecondStep(secret, answer, context.client);
  await startPageSession(session, request, context);
  dropSecondStep(context);
  if (backupCodesLeft !== null) setFlash(context, `backup-codes-left-${backupCodesLeft}`);
  return redirect(safeRedirect(new URL(request.url).searchParams.get("redirect")), 303);
}

export const action = formAction(
  {
    code: form(codeForm, (submitted) => finish(submitted, { totpCode: submitted.value.code }), { secrets: ["code"] }),
    backup: form(backupCodeForm, (submitted) => finish(submitted, { backupCode: submitted.value.backupCode }), {
      secrets: ["backupCode"],
    }),
  },
  { guard: requireSecondStep, unnamed: (form) => (form.has("backupCode") ? "backup" : "code") },
);

export default function SecondFactor() {
  const [query] = useSearchParams();
  const [state, fields] = usePageForm<{ code: string }>("code");
  const pending = usePending("code");
  return (
    <div className="max-w-md">
      <h1 className="mb-4">Second step</h1>
      <p className="mb-6">Your password is right. Now enter the code that your authenticator app shows.</p>
      <PageForm form={state} intent="code">
        <CodeField label="Code" field={fields.code} required />
        <SubmitButton pending={pending}>Sign in</SubmitButton>
      </PageForm>
      <BackupCode />
      <p className="mt-4 text-muted">
        <Link className="link" to={{ pathname: "/login", search: query.toString() }}>
          Start again
        </Link>
      </p>
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
