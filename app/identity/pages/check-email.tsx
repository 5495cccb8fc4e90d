import type { MetaFunction } from "@remix-run/node";
import { Link, useSearchParams } from "@remix-run/react";

export const meta: MetaFunction = () => [{ title: "Check your email · Holdfast" }];

/** The page is the same for every address. Only the mail tells whether the address has an account. */
export default function CheckEmail() {
  const [query] = useSearchParams();
  return (
    <div className="max-w-md">
      <h1 className="mb-4">Check your email</h1>
      {query.has("reset") ? (
        <>
          <p className="mb-4">
            If there is an account with that address, a mail with a link to choose a new password is on its way. The
            link works for 10 minutes.
          </p>
          <p className="mb-4">
            Nothing there? Look in the spam folder, or{" "}
            <Link className="link" to="/forgot-password">
              ask once more
            </Link>
            .
          </p>
        </>
      ) : (
        <>
          <p className="mb-4">
            A mail to the address that you gave says how to go on. Follow its link to confirm the address, then sign in.
            The link works for 24 hours.
          </p>
          <p className="mb-4">
            Nothing there? Look in the spam folder, or sign in: if the address is still to be confirmed, that sends the
            link again.
          </p>
        </>
      )}
      <p>
        <Link className="link" to="/login">
          Sign in
        </Link>
      </p>
    </div>
  );
}
