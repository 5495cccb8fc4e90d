import type { MetaFunction } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { signedIn } from "~/web/guards.server";
import { WithoutScripts } from "~/identity/parts/passkey-button";
import { SettingsHeading } from "~/web/ui/settings-heading";
import { When } from "~/web/ui/when";
import { sayMoment } from "~/core/time/moment-words.server";
import { listPasskeys } from "~/identity/domain/passkeys/passkeys.server";
import { formAction, pageLoader } from "~/web/page/page.server";

export const meta: MetaFunction = () => [{ title: "Passkeys · Holdfast" }];

export const loader = pageLoader(signedIn, async ({ actor }) => {
  const passkeys = await listPasskeys(actor);
  return {
    passkeys: passkeys.map(({ createdAt, lastUsedAt, ...passkey }) => ({
      ...passkey,
      created: sayMoment(createdAt, "minute"),
      lastUsed: lastUsedAt && sayMoment(lastUsedAt, "minute"),
    })),
  };
});

/** The page has no form. The action exists so that a POST without a session leads to the sign-in page. */
export const action = formAction(signedIn, {});

export default function Passkeys() {
  const { passkeys } = useLoaderData<typeof loader>();
  return (
    <>
      <SettingsHeading>Passkeys</SettingsHeading>
      <p className="mb-6 max-w-prose">
        A passkey signs you in by the fingerprint, face or PIN of your device. It needs no password and no code, and it
        works on this site alone.
      </p>
      {passkeys.length === 0 ? (
        <p className="mb-8 text-muted">You have none yet.</p>
      ) : (
        <ul className="rows mb-8">
          {passkeys.map(({ id, name, synced, created, lastUsed }) => (
            <li key={id} className="border-b border-hairline py-3">
              <Link
                className="link inline-flex min-h-11 items-center font-medium"
                dir="auto"
                to={`/settings/passkeys/${id}`}
              >
                {name}
              </Link>
              <p className="row-meta">
                <span>{synced ? "Synced between devices" : "On one device"}</span>{" "}
                <span>
                  Added <When at={created} />
                </span>{" "}
                <span>
                  {lastUsed ? (
                    <>
                      Last used <When at={lastUsed} />
                    </>
                  ) : (
                    "Not used yet"
                  )}
                </span>
              </p>
            </li>
          ))}
        </ul>
      )}
      <Link to="/settings/passkeys/add" className="button button-primary">
        Add a passkey
      </Link>
      <WithoutScripts />
    </>
  );
}
