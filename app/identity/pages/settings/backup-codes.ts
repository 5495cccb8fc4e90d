import { signedIn } from "~/web/guards.server";
import { downloadForm } from "~/identity/domain/factors/factor-schema";
import { HttpError } from "~/web/http-error";
import { pageAction, pageLoader, postOnly, readSubmission } from "~/web/page/page.server";

/** A GET has nothing to answer with, because only hashes of the backup codes are stored. */
export const loader = pageLoader(postOnly);

const file = (codes: string) =>
  ["Backup codes for Holdfast. Each signs you in once.", "", ...codes.split(" "), ""].join("\r\n");

/** Returns the backup codes that the page has just shown, as a file. */
export const action = pageAction(signedIn, async ({ request }) => {
  const form = downloadForm.safeParse(Object.fromEntries(await readSubmission(request)));
  if (!form.success) throw new HttpError(400, "These are no backup codes");
  return new Response(file(form.data.codes), {
    headers: {
      "Content-Type": "text/plain; charset=utf-8",
      "Content-Disposition": 'attachment; filename="holdfast-backup-codes.txt"',
    },
  });
});
