import type { ActionFunctionArgs, AppLoadContext, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Link, useActionData, useLoaderData, useSearchParams } from "@remix-run/react";
import { startPageSession } from "~/identity/edge/authenticator.server";
import { dropSecondStep, requireSecondStep } from "~/identity/edge/second-step.server";
import { CodeField, Field, PageForm, SubmitButton, usePageForm, usePending } from "~/web/ui/form/form";
import type { FormResult } from "~/web/ui/form/form-result";
import { Icon } from "~/web/ui/icons";
import { PasskeyButton } from "~/identity/parts/passkey-button";
import { emailOf } from "~/identity/domain/account/accounts.server";
import { finishSecondStepWithPasskey } from "~/identity/domain/passkeys/passkey-sign-in.server";
import { passkeyAnswerForm } from "~/identity/domain/passkeys/passkey-schema";
import type { FactorAnswer } from "~/identity/domain/factors/factor.server";
import { backupCodeForm, codeForm } from "~/identity/domain/factors/factor-schema";
import { finishSecondStep } from "~/identity/domain/sign-in/second-step.server";
import type { OpenedSession } from "~/identity/domain/sessions/sessions.server";
import { findDraft } from "~/web/page/draft.server";
import { setFlash } from "~/web/page/flash.server";
import { makeFormKey } from "~/web/page/form-key.server";
import { HttpError } from "~/web/http-error";
import { form, formAction, pageLoader } from "~/web/page/page.server";

export const meta: MetaFunction = () => [{ title: "Second step · Holdfast" }];

export const loader = pageLoader(async (args: LoaderFunctionArgs) => {
  const { user, hasPasskeys } = await requireSecondStep(args);
  return {
    email: user.email,
    hasPasskeys,
    formKey: makeFormKey(user.id, null),
    goesOn: (await findDraft(args)) !== null,
  };
});

/**
 * The second step that is open in this browser, if it belongs to the account that the page was drawn for. When two
 * accounts are signing in in two tabs, a code for one account must not count as an attempt at the other.
 *
 * @throws {HttpError} 409 if the open step belongs to another account
 */
async function requireStepOfPage(edge: { request: Request; context: AppLoadContext }) {
  const step = await requireSecondStep(edge);
  const { formKey } = edge.context;
  if (!formKey?.userId || formKey.userId === step.user.id) return { step };
  const whose = (await emailOf(formKey.userId)) ?? "another account";
  throw new HttpError(
    409,
    `This page was for ${whose}, and by now ${step.user.email} is signing in in this browser. Nothing was counted. Start again.`,
  );
}

type AtStep = Awaited<ReturnType<typeof requireStepOfPage>>;

async function finish({ request, context, step }: ActionFunctionArgs & AtStep, answer: FactorAnswer) {
  const { session, backupCodesLeft } = await finishSecondStep(step.secret, answer, context.client);
  if (backupCodesLeft !== null) setFlash(context, `backup-codes-left-${backupCodesLeft}`);
  return leave(session, request, context);
}

async function leave(session: OpenedSession, request: Request, context: AppLoadContext) {
  dropSecondStep(context);
  return startPageSession(session, request, context);
}

export const action = formAction(
  requireStepOfPage,
  {
    code: form(codeForm, (submitted) => finish(submitted, { totpCode: submitted.value.code }), { secrets: ["code"] }),
    backup: form(backupCodeForm, (submitted) => finish(submitted, { backupCode: submitted.value.backupCode }), {
      secrets: ["backupCode"],
    }),
    passkey: form(
      passkeyAnswerForm,
      async ({ value, request, context, step }) => {
        const { response } = value;
        const session = await finishSecondStepWithPasskey(step.secret, response, context.origin, context.client);
        return leave(session, request, context);
      },
      { secrets: ["response"] },
    ),
  },
  { unnamed: (form) => (form.has("backupCode") ? "backup" : "code") },
);

export default function SecondFactor() {
  const { email, hasPasskeys, goesOn } = useLoaderData<typeof loader>();
  const [query] = useSearchParams();
  const [state, fields] = usePageForm<typeof codeForm>("code");
  const pending = usePending("code");
  return (
    <div className="max-w-md">
      <h1 className="mb-4">Second step</h1>
      <p className="mb-6">
        The password of <strong className="break-all">{email}</strong> is right. Now enter the code that your
        authenticator app shows.
      </p>
      <PageForm form={state} intent="code" reloadDocument={goesOn}>
        <CodeField label="Code" field={fields.code} required autoFocus />
        <SubmitButton pending={pending}>Sign in</SubmitButton>
      </PageForm>
      <BackupCode goesOn={goesOn} />
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
            reloadDocument={goesOn}
          />
        </div>
      )}
    </div>
  );
}

function BackupCode({ goesOn }: { goesOn: boolean }) {
  const [state, fields] = usePageForm<typeof backupCodeForm>("backup");
  const pending = usePending("backup");
  const refused = useActionData<FormResult>()?.intent === "backup";
  return (
    <details className="disclosure mt-6" open={refused || undefined}>
      <summary>
        <Icon name="chevron" />
        Use a backup code
      </summary>
      <PageForm form={state} intent="backup" className="mt-3" reloadDocument={goesOn}>
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
