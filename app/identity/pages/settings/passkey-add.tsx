import { redirect } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { freshProof, requireFreshProof } from "~/identity/edge/fresh-proof.server";
import { signedIn } from "~/web/guards.server";
import { Field, PageForm, usePageForm } from "~/web/ui/form/form";
import { PasskeyButton, usePasskeySupport, WithoutScripts } from "~/identity/parts/passkey-button";
import { titled } from "~/web/ui/page-title";
import { SettingsHeading } from "~/web/ui/settings-heading";
import { addPasskeyForm } from "~/identity/domain/passkeys/passkey-schema";
import { addPasskey } from "~/identity/domain/passkeys/registration.server";
import { describeDevice } from "~/core/device.server";
import { setFlash } from "~/web/page/flash.server";
import { form, formAction, pageLoader } from "~/web/page/page.server";

export { ProofBoundary as ErrorBoundary } from "~/identity/parts/proof-boundary";

export const meta = titled("Add a passkey");

export const loader = pageLoader(signedIn, (args) => {
  requireFreshProof(args);
  return Promise.resolve({ device: describeDevice(args.context.client.userAgent, "cookie") });
});

export const action = formAction(signedIn, {
  add: form(
    addPasskeyForm,
    async ({ value, context, actor }) => {
      await addPasskey(actor, value, context.origin, context.client);
      setFlash(context, "passkey-added");
      return redirect("/settings/passkeys", 303);
    },
    { proof: freshProof },
  ),
});

export default function AddPasskey() {
  const supported = usePasskeySupport();
  return (
    <div className="max-w-md">
      <SettingsHeading below={{ to: "/settings/passkeys", label: "Passkeys" }}>Add a passkey</SettingsHeading>
      <p className="mb-6">Your browser asks where to keep it: on this device, on a phone or on a security key.</p>
      <WithoutScripts />
      {supported && <Add />}
      {supported === false && <p>This browser cannot make passkeys. Sign in with another one and add it there.</p>}
    </div>
  );
}

function Add() {
  const { device } = useLoaderData<typeof loader>();
  const [state, fields] = usePageForm<typeof addPasskeyForm>("add", { name: device });
  return (
    <PageForm form={state} intent="add" onSubmit={(event) => event.preventDefault()}>
      <Field label="Name" field={fields.name} help="To tell it from your others." autoComplete="off" />
      <PasskeyButton
        label="Create passkey"
        intent="add"
        options="/settings/passkeys/options"
        ceremony="registration"
        look="primary"
        more={() => ({ name: nameIn(fields.name.id) })}
      />
    </PageForm>
  );
}

function nameIn(id: string): string {
  const input = document.getElementById(id);
  return input instanceof HTMLInputElement ? input.value : "";
}
