import { redirect, type MetaFunction } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { dropPageSession } from "~/identity/edge/identification.server";
import { signedIn } from "~/web/guards.server";
import { Field, PageForm, SubmitButton, usePageForm, usePending } from "~/web/ui/form/form";
import { SettingsHeading } from "~/web/ui/settings-heading";
import { emailInWords } from "~/core/email";
import { deleteAccountForm } from "~/identity/domain/account/account-schema";
import { contentsInWords, deleteAccount } from "~/identity/domain/lifecycle/deletion.server";
import { setFlash } from "~/web/page/flash.server";
import { log } from "~/web/log/log.server";
import { form, formAction, pageLoader } from "~/web/page/page.server";

export const meta: MetaFunction = () => [{ title: "Delete your account? · Holdfast" }];

export const loader = pageLoader(signedIn, async ({ actor, caller }) => {
  return { email: emailInWords(caller.user.email), losses: await contentsInWords(actor) };
});

export const action = formAction(signedIn, {
  "delete-account": form(
    deleteAccountForm,
    async ({ value, request, context, actor }) => {
      await deleteAccount(actor, value.password, context.client);
      // Operators need this line after restoring a backup: the database lists no deleted accounts (docs/operating.md).
      log().info({ id: context.requestId, userId: actor.userId }, "account deleted");
      await dropPageSession({ request, context });
      setFlash(context, "account-deleted");
      return redirect("/login", 303);
    },
    { secrets: ["password"] },
  ),
});

export default function DeleteAccount() {
  const { email, losses } = useLoaderData<typeof loader>();
  const [state, fields] = usePageForm<typeof deleteAccountForm>("delete-account");
  const pending = usePending("delete-account");
  return (
    <div className="max-w-md">
      <SettingsHeading>Delete your account?</SettingsHeading>
      <p className="mb-4">
        The account <strong>{email}</strong> goes at once and for good, and with it:
      </p>
      <ul className="mb-4 list-disc space-y-1 pl-6">
        {losses.map((loss) => (
          <li key={loss}>{loss}</li>
        ))}
      </ul>
      <p className="mb-8 text-muted">
        To keep a copy,{" "}
        <Link className="link" to="/settings/data">
          download your data
        </Link>{" "}
        first.
      </p>
      <PageForm form={state} intent="delete-account">
        <input type="text" autoComplete="username" value={email} readOnly hidden />
        <Field label="Password" field={fields.password} type="password" autoComplete="current-password" />
        <div className="flex flex-wrap gap-3">
          <SubmitButton look="danger-filled" pending={pending}>
            Delete my account
          </SubmitButton>{" "}
          <Link to="/settings" className="button">
            Keep it
          </Link>
        </div>
      </PageForm>
    </div>
  );
}
