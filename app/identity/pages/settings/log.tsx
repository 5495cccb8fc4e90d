import { Link, useLoaderData } from "@remix-run/react";
import { freshProofForFile } from "~/identity/edge/fresh-proof.server";
import { signedIn } from "~/web/guards.server";
import { EmptyState } from "~/web/ui/empty-state";
import { SubmitButton } from "~/web/ui/form/form";
import { LogList } from "~/identity/parts/log-list";
import { titled } from "~/web/ui/page-title";
import { SettingsHeading } from "~/web/ui/settings-heading";
import { sayMoment } from "~/core/time/moment-words.server";
import { exportData } from "~/services/export/export.server";
import { readSecurityLog } from "~/identity/domain/security-log/security-log.server";
import { download } from "~/web/page/download.server";
import { placeFromText, placeToText } from "~/identity/pages/log-place";
import { buttonForm, formAction, pageLoader } from "~/web/page/page.server";
import { PostForm } from "~/web/ui/form/post-form";

export { ProofBoundary as ErrorBoundary } from "~/identity/parts/proof-boundary";

export const meta = titled<typeof loader>(({ newer }) => (newer ? "Security log, older entries" : "Security log"));

export const loader = pageLoader(signedIn, async ({ request, actor }) => {
  const query = new URL(request.url).searchParams;
  const { entries, newer, older } = await readSecurityLog(actor, {
    before: placeFromText(query.get("before")),
    after: placeFromText(query.get("after")),
  });
  return {
    items: entries.map(({ id, event, detail, device, address, at }) => ({
      ...{ id, event, detail, device, address },
      at: sayMoment(at, "second"),
    })),
    newer: newer && placeToText(newer),
    older: older && placeToText(older),
  };
});

export const action = formAction(signedIn, {
  download: buttonForm(
    async ({ context, actor }) => {
      return download(context, await exportData(actor, "log-csv", context.client), "/settings/log");
    },
    { proof: freshProofForFile },
  ),
});

export default function SecurityLog() {
  const { items, newer, older } = useLoaderData<typeof loader>();
  return (
    <>
      <SettingsHeading>Security log</SettingsHeading>
      <p className="mb-4 max-w-prose text-muted">
        What happened to your account, newest first. If something was not you,{" "}
        <Link className="link" to="/settings">
          change your password
        </Link>
        : that signs out every other session.
      </p>
      <PostForm reloadDocument className="mb-6">
        <input type="hidden" name="intent" value="download" />
        <SubmitButton look="quiet" className="button-small">
          Download as CSV
        </SubmitButton>
      </PostForm>
      {items.length > 0 ? <LogList items={items} /> : <EmptyState>Nothing has happened yet.</EmptyState>}
      {(newer ?? older) && (
        <nav aria-label="Pages" className="flex flex-wrap gap-3">
          {newer && (
            <Link className="button" to={{ search: `?after=${newer}` }}>
              Newer
            </Link>
          )}{" "}
          {older && (
            <Link className="button" to={{ search: `?before=${older}` }}>
              Older
            </Link>
          )}
        </nav>
      )}
    </>
  );
}
