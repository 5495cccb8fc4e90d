import { redirect, type LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { freshProof } from "~/identity/edge/fresh-proof.server";
import { signedIn } from "~/web/guards.server";
import { Field, PageForm, SubmitButton, usePageForm, usePending } from "~/web/ui/form/form";
import { titled } from "~/web/ui/page-title";
import { SettingsHeading } from "~/web/ui/settings-heading";
import { renamePasskeyForm } from "~/identity/domain/passkeys/passkey-schema";
import { getPasskey, removePasskey, renamePasskey } from "~/identity/domain/passkeys/passkeys.server";
import { setFlash } from "~/web/page/flash.server";
import { buttonForm, form, formAction, pageLoader } from "~/web/page/page.server";
import { PostForm } from "~/web/ui/form/post-form";

export { ProofBoundary as ErrorBoundary } from "~/identity/parts/proof-boundary";

export const meta = titled<typeof loader>(({ name }) => name);

/** Finds the person's own passkey. Answers 404 for another account's passkey before the page asks for anything. */
async function ownPasskey(args: LoaderFunctionArgs) {
  const found = await signedIn(args);
  return { ...found, passkey: await getPasskey(found.actor, args.params.id ?? "") };
}

export const loader = pageLoader(ownPasskey, ({ passkey }) => Promise.resolve({ name: passkey.name }));

export const action = formAction(ownPasskey, {
  rename: form(renamePasskeyForm, async ({ value, params, context, actor }) => {
    await renamePasskey(actor, params.id ?? "", value.name, context.client);
    setFlash(context, "passkey-renamed");
    return redirect("/settings/passkeys", 303);
  }),
  remove: buttonForm(
    async ({ params, context, actor }) => {
      await removePasskey(actor, params.id ?? "", context.client);
      setFlash(context, "passkey-removed");
      return redirect("/settings/passkeys", 303);
    },
    { proof: freshProof },
  ),
});

export default function OnePasskey() {
  const { name } = useLoaderData<typeof loader>();
  const [state, fields] = usePageForm<typeof renamePasskeyForm>("rename", { name });
  const renaming = usePending("rename");
  const removing = usePending("remove");
  return (
    <>
      <SettingsHeading below={{ to: "/settings/passkeys", label: "Passkeys" }}>
        <span dir="auto">{name}</span>
      </SettingsHeading>
      <PageForm form={state} intent="rename" className="mb-12 max-w-md">
        <Field label="Name" field={fields.name} autoComplete="off" />
        <SubmitButton pending={renaming}>Save name</SubmitButton>
      </PageForm>
      <section aria-labelledby="remove-heading">
        <h2 id="remove-heading" className="section-heading">
          Remove it
        </h2>
        <p className="mb-6 max-w-prose">
          It will no longer open this account. Your password stays, and so do your other passkeys. Delete it on your
          device as well.
        </p>
        <PostForm>
          <input type="hidden" name="intent" value="remove" />
          <SubmitButton look="danger" pending={removing}>
            Remove passkey
          </SubmitButton>
        </PostForm>
      </section>
    </>
  );
}
