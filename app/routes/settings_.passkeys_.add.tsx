import { redirect, type LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { freshProof, requireFreshProof } from "~/auth/fresh-proof.server";
import { requirePageActor } from "~/auth/require-actor.server";
import { Field, PageForm, usePageForm } from "~/components/form";
import { PasskeyButton, usePasskeySupport, WithoutScripts } from "~/components/passkey-button";
import { titled } from "~/components/page-title";
import { SettingsHeading } from "~/components/settings-heading";
import { addPasskeyForm } from "~/domain/accounts/passkeys/passkey-schema";
import { addPasskey } from "~/domain/accounts/passkeys/registration.server";
import { describeDevice } from "~/domain/sessions/device.server";
import { setFlash } from "~/http/flash.server";
import { form, formAction, pageLoader } from "~/http/page.server";

export { ProofBoundary as ErrorBoundary } from "~/components/proof-boundary";

export const meta = titled("Add a passkey");

export const loader = pageLoader(async (args: LoaderFunctionArgs) => {
  await requireFreshProof(args);
  return { device: describeDevice(args.context.client.userAgent, "cookie") };
});

export const action = formAction(
  {
    add: form(
      addPasskeyForm,
      async ({ value, request, context }) => {
        const actor = await requirePageActor({ request, context });
        await addPasskey(actor, value, context.origin, context.client);
        setFlash(context, "passkey-added");
        return redirect("/settings/passkeys", 303);
      },
      { proof: freshProof },
    ),
  },
  { guard: requirePageActor },
);

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
  const [state, fields] = usePageForm<{ name: string }>("add", { name: device });
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
