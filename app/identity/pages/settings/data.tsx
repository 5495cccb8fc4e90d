import { Link } from "@remix-run/react";
import { freshProofForFile } from "~/identity/edge/fresh-proof.server";
import { signedIn } from "~/web/guards.server";
import { SubmitButton } from "~/web/ui/form/form";
import { titled } from "~/web/ui/page-title";
import { SettingsHeading } from "~/web/ui/settings-heading";
import { exportData, type ExportKind } from "~/services/export/export.server";
import { download } from "~/web/page/download.server";
import { buttonForm, formAction, pageLoader } from "~/web/page/page.server";
import { PostForm } from "~/web/ui/form/post-form";

export { ProofBoundary as ErrorBoundary } from "~/identity/parts/proof-boundary";

export const meta = titled("Your data");

export const loader = pageLoader(signedIn, () => Promise.resolve(null));

const downloadForm = (kind: ExportKind) =>
  buttonForm(
    async ({ context, actor }) => {
      return download(context, await exportData(actor, kind, context.client), "/settings/data");
    },
    { proof: freshProofForFile },
  );

export const action = formAction(signedIn, { everything: downloadForm("json"), tasks: downloadForm("tasks-csv") });

const choices = [
  {
    intent: "everything",
    title: "Everything",
    text: "Your account, tasks, sessions, passkeys by name and security log, for you or for another program. Passwords and other secrets are not in it.",
    label: "Download as JSON",
  },
  {
    intent: "tasks",
    title: "Tasks",
    text: "A table for a spreadsheet: one line a task.",
    label: "Download tasks as CSV",
  },
];

export default function YourData() {
  return (
    <div className="max-w-prose">
      <SettingsHeading>Your data</SettingsHeading>
      <div className="space-y-10">
        {choices.map(({ intent, title, text, label }) => (
          <section key={intent} aria-labelledby={`${intent}-heading`}>
            <h2 id={`${intent}-heading`} className="section-heading">
              {title}
            </h2>
            <p className="mb-4">{text}</p>
            {/* The answer is a file, which the browser itself has to receive, not a script. */}
            <PostForm reloadDocument>
              <input type="hidden" name="intent" value={intent} />
              <SubmitButton look="quiet">{label}</SubmitButton>
            </PostForm>
          </section>
        ))}
      </div>
      <p className="mt-10 text-muted">
        The security log can be downloaded by itself{" "}
        <Link className="link" to="/settings/log">
          where it is shown
        </Link>
        .
      </p>
    </div>
  );
}
