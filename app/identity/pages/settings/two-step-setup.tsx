import { redirect } from "@remix-run/node";
import { Link, useActionData, useLoaderData } from "@remix-run/react";
import { freshProof, requireFreshProof } from "~/identity/edge/fresh-proof.server";
import { signedIn } from "~/web/guards.server";
import { CodeField, PageForm, SubmitButton, usePageForm, usePending } from "~/web/ui/form/form";
import { titled } from "~/web/ui/page-title";
import { SettingsHeading } from "~/web/ui/settings-heading";
import { BackupCodes, QrCode } from "~/identity/parts/two-step";
import { codeForm } from "~/identity/domain/factors/factor-schema";
import { drawQr } from "~/identity/domain/two-step/qr";
import { confirmSetup, readSetup, readTwoStep } from "~/identity/domain/two-step/two-step.server";
import { form, formAction, pageLoader } from "~/web/page/page.server";

export { ProofBoundary as ErrorBoundary } from "~/identity/parts/proof-boundary";

export const meta = titled("Set up two-step sign-in");

export const loader = pageLoader(signedIn, async (args) => {
  const { actor } = args;
  if (await readTwoStep(actor)) return { setup: null };
  requireFreshProof(args);
  const setup = await readSetup(actor);
  if (!setup) throw redirect("/settings/two-step", 303);
  return { setup: { ...setup, qr: drawQr(setup.uri) } };
});

export const action = formAction(signedIn, {
  "turn-on": form(
    codeForm,
    async ({ value, context, actor }) => {
      const backupCodes = await confirmSetup(actor, value.code, context.client);
      // Only this answer shows the backup codes. If the form is sent again, there is nothing left to confirm.
      return backupCodes ? Response.json({ backupCodes }) : redirect("/settings/two-step", 303);
    },
    { secrets: ["code"], proof: freshProof },
  ),
});

const twoStep = { to: "/settings/two-step", label: "Two-step sign-in" };

type Setup = { secret: string; uri: string; qr: { size: number; path: string } };

export default function SetUpTwoStep() {
  const { setup } = useLoaderData<typeof loader>();
  const answer = useActionData<{ backupCodes?: string[] }>();
  return setup ? <Enrol setup={setup} /> : <TurnedOn codes={answer?.backupCodes} />;
}

function TurnedOn({ codes }: { codes?: string[] }) {
  return (
    <>
      <SettingsHeading below={twoStep}>Two-step sign-in is on</SettingsHeading>
      <p className="mb-8">From now on a sign-in with your password asks for a code as well.</p>
      {codes && <BackupCodes codes={codes} />}
      <Link className="button mt-8" to="/settings/two-step">
        Done
      </Link>
    </>
  );
}

function Enrol({ setup: { secret, uri, qr } }: { setup: Setup }) {
  const [state, fields] = usePageForm<typeof codeForm>("turn-on");
  const pending = usePending("turn-on");
  return (
    <div className="max-w-md">
      <SettingsHeading below={twoStep}>Set up two-step sign-in</SettingsHeading>
      <p className="mb-6">
        Scan this with an authenticator app on your phone. It then shows a new code every 30 seconds.
      </p>
      <QrCode {...qr} label="QR code with the secret for your authenticator app" />
      <p className="help mt-4">Or type this secret into the app:</p>
      <p className="mt-1 mb-4">
        <code className="tabular">{secret.match(/.{1,4}/g)?.join(" ")}</code>
      </p>
      <p className="mb-8">
        <a className="link inline-flex min-h-11 items-center" href={uri}>
          Open the app on this device
        </a>
      </p>
      <PageForm form={state} intent="turn-on">
        <CodeField label="Code" field={fields.code} help="The six digits that the app shows now." />
        <div className="flex flex-wrap gap-3">
          <SubmitButton pending={pending}>Turn on</SubmitButton>{" "}
          <Link to="/settings/two-step" className="button">
            Not now
          </Link>
        </div>
      </PageForm>
    </div>
  );
}
