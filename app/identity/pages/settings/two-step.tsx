import { redirect } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { freshProof } from "~/identity/edge/fresh-proof.server";
import { renewPageSession } from "~/identity/edge/identification.server";
import { signedIn } from "~/web/guards.server";
import { CodeField, Field, PageForm, SubmitButton, usePageForm, usePending } from "~/web/ui/form/form";
import { titled } from "~/web/ui/page-title";
import { SettingsHeading } from "~/web/ui/settings-heading";
import { When } from "~/web/ui/when";
import { sayMoment } from "~/core/time/moment-words.server";
import { BackupCodes } from "~/identity/parts/two-step";
import { backupCodeCount } from "~/identity/domain/factors/backup-codes.server";
import { newCodesForm, readAnswer, turnOffForm } from "~/identity/domain/factors/factor-schema";
import { makeBackupCodes, readTwoStep, startSetup, turnOffTwoStep } from "~/identity/domain/two-step/two-step.server";
import { setFlash } from "~/web/page/flash.server";
import { buttonForm, form, formAction, pageLoader } from "~/web/page/page.server";
import { PostForm } from "~/web/ui/form/post-form";

export { ProofBoundary as ErrorBoundary } from "~/identity/parts/proof-boundary";

export const meta = titled("Two-step sign-in");

export const loader = pageLoader(signedIn, async ({ actor }) => {
  const state = await readTwoStep(actor);
  if (!state) return { state: null };
  const { since, backupCodesMadeAt, backupCodesLeft, generation } = state;
  return {
    state: {
      since: sayMoment(since, "day"),
      // If no code of the set was used, the person may never have seen the codes: their answer may have been lost.
      unusedSince:
        backupCodesMadeAt && backupCodesLeft === backupCodeCount ? sayMoment(backupCodesMadeAt, "minute") : null,
      backupCodesLeft,
      generation,
    },
  };
});

export const action = formAction(signedIn, {
  "set-up": buttonForm(
    async ({ actor }) => {
      await startSetup(actor);
      return redirect("/settings/two-step/setup", 303);
    },
    { proof: freshProof },
  ),
  "new-codes": form(
    newCodesForm,
    async ({ value, context, actor }) => {
      const backupCodes = await makeBackupCodes(actor, value.generation, context.client);
      // Only this answer shows the backup codes. If the form is sent again, it names a set that was already replaced.
      return backupCodes ? Response.json({ backupCodes }) : redirect("/settings/two-step", 303);
    },
    { proof: freshProof },
  ),
  "turn-off": form(
    turnOffForm,
    async ({ value, request, context, caller }) => {
      const { password, code } = value;
      await turnOffTwoStep(caller.actor, { password, answer: readAnswer(code) }, context.client);
      await renewPageSession({ request, context }, caller);
      setFlash(context, "two-step-off");
      return redirect("/settings/two-step", 303);
    },
    { secrets: ["password", "code"] },
  ),
});

type Moment = { iso: string; words: string };
type State = { since: Moment; unusedSince: Moment | null; backupCodesLeft: number; generation: string };

export default function TwoStep() {
  const { state } = useLoaderData<typeof loader>();
  const codes = useActionData<{ backupCodes?: string[] }>()?.backupCodes;
  return (
    <>
      <SettingsHeading>Two-step sign-in</SettingsHeading>
      {state ? <TurnedOn state={state} codes={codes} /> : <TurnedOff />}
    </>
  );
}

function TurnedOff() {
  const pending = usePending("set-up");
  return (
    <div className="max-w-prose">
      <p className="mb-4">
        It is off. With it, your password alone opens nothing: a sign-in also asks for a code that an app on your phone
        shows, so whoever learns your password still stays outside.
      </p>
      <p className="mb-6">You need an authenticator app. Any will do, and so will many password managers.</p>
      <PostForm>
        <input type="hidden" name="intent" value="set-up" />
        <SubmitButton pending={pending}>Set up</SubmitButton>
      </PostForm>
    </div>
  );
}

function TurnedOn({ state, codes }: { state: State; codes?: string[] }) {
  const { since, unusedSince, backupCodesLeft, generation } = state;
  const [form] = usePageForm<typeof newCodesForm>("new-codes");
  const pending = usePending("new-codes");
  return (
    <>
      <p className="mb-10">
        It is on, since <When at={since} />.
      </p>
      <div className="space-y-12">
        {codes ? (
          <BackupCodes codes={codes} />
        ) : (
          <section aria-labelledby="left-heading">
            <h2 id="left-heading" className="section-heading">
              Backup codes
            </h2>
            <p className="mb-6 max-w-prose">
              {backupCodesLeft === 0 ? "You have none left." : `You have ${backupCodesLeft} of 10 left.`} New ones take
              the place of all earlier ones.
            </p>
            {unusedSince && (
              <p className="mb-6 max-w-prose">
                They were made on <When at={unusedSince} /> and shown only then. If you have not seen or kept them, make
                new ones now.
              </p>
            )}
            <PageForm form={form} intent="new-codes" className="max-w-md">
              <input type="hidden" name="generation" value={generation} />
              <SubmitButton look="quiet" pending={pending}>
                Make new backup codes
              </SubmitButton>
            </PageForm>
          </section>
        )}
        <TurnOff />
      </div>
    </>
  );
}

function TurnOff() {
  const [state, fields] = usePageForm<typeof turnOffForm>("turn-off");
  const pending = usePending("turn-off");
  return (
    <section aria-labelledby="off-heading">
      <h2 id="off-heading" className="section-heading">
        Turn it off
      </h2>
      <PageForm form={state} intent="turn-off" className="max-w-md">
        <Field label="Password" field={fields.password} type="password" autoComplete="current-password" />
        <CodeField
          label="Code"
          field={fields.code}
          inputMode="text"
          help="From your app, or one of your backup codes."
        />
        <SubmitButton look="danger" pending={pending}>
          Turn off
        </SubmitButton>
      </PageForm>
    </section>
  );
}
