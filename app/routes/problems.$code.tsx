import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Link, useLoaderData, useRouteLoaderData } from "@remix-run/react";
import { NotFound, type ProblemCode } from "~/domain/errors";
import { pageLoader } from "~/http/page.server";

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.title ?? "Problem"} · Holdfast` }];

/** What the `type` of a problem document stands for (RFC 9457, section 3.1.1): a page that says it in words. */
const problems: Record<ProblemCode, { title: string; meaning: string; whatToDo: string }> = {
  "email-not-verified": {
    title: "Email address not confirmed",
    meaning: "This server asks everybody to confirm their email address before they sign in. The password was right.",
    whatToDo: "Follow the link in the mail that was sent to the address, then sign in again. Nothing else is needed.",
  },
  "insufficient-scope": {
    title: "Token not made for this",
    meaning: "The personal access token is a good one, and it was not given the scope that this call asks for.",
    whatToDo:
      "Make a token with that scope in the settings. What changes the account or its sessions takes no personal access token at all: sign in for it.",
  },
  "second-factor-required": {
    title: "Second factor required",
    meaning: "The password was right, and the account asks for a second factor as well, which was not sent.",
    whatToDo:
      "Send the same request again with totp_code, the code that the authenticator app shows now, or with backup_code, one of the account’s backup codes.",
  },
  "second-factor-invalid": {
    title: "Second factor not right",
    meaning: "The password was right, and the code that came with it was not, or it was used before: each works once.",
    whatToDo: "Wait for the app’s next code and send that. After ten wrong codes the account takes none for a while.",
  },
};

export const loader = pageLoader(({ params }: LoaderFunctionArgs) => {
  const { code = "" } = params;
  if (!Object.hasOwn(problems, code)) return Promise.reject(new NotFound("There is no problem of this name"));
  return Promise.resolve({ code, ...problems[code as ProblemCode] });
});

export default function ProblemInWords() {
  const { code, title, meaning, whatToDo } = useLoaderData<typeof loader>();
  const signedIn = useRouteLoaderData<{ signedIn: boolean }>("root")?.signedIn ?? false;
  return (
    <div className="max-w-prose">
      <h1 className="mb-4">{title}</h1>
      <p className="mb-4">{meaning}</p>
      <p className="mb-8">{whatToDo}</p>
      <p className="mb-8 text-sm text-muted">
        Programs know this by the last part of the answer’s <code>type</code>: <code>{code}</code>.
      </p>
      <Link to={signedIn ? "/tasks" : "/"} className="button">
        {signedIn ? "Go to your tasks" : "Go to the start page"}
      </Link>
    </div>
  );
}
