import { Link } from "@remix-run/react";
import { TypedText } from "~/web/ui/form/typed-text";

/** What is shown for a form whose page was drawn for another account than the one that is signed in. */
export type OtherAccount = Readonly<{
  otherAccount: Readonly<{
    /** The email address of the account that the page was drawn for; null if the account is gone. */
    owner: string | null;
    /** The email address of the account that is signed in. */
    current: string;
    /** What was typed, by field. */
    typed: readonly (readonly [string, string])[];
  }>;
}>;

export const isOtherAccount = (data: unknown): data is OtherAccount =>
  typeof data === "object" && data !== null && "otherAccount" in data;

/** The page in place of the answer to such a form. */
export function OtherAccountPage({ said: { owner, current, typed } }: { said: OtherAccount["otherAccount"] }) {
  return (
    <section className="py-8">
      <h1 className="mb-4">That page belonged to another account</h1>
      <p className="mb-6 max-w-prose">
        It was drawn for <strong className="break-all">{owner ?? "an account that is gone"}</strong>, and by now{" "}
        <strong className="break-all">{current}</strong> is signed in in this browser. Nothing was changed in either.
      </p>
      <TypedText typed={typed} />
      <Link to="/tasks" className="button">
        Go to the tasks of {current}
      </Link>
    </section>
  );
}
