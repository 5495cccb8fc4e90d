import { useActionData } from "@remix-run/react";
import { useState, useSyncExternalStore } from "react";
import { usePending } from "~/web/ui/form/form";
import type { FormResult } from "~/web/ui/form/form-result";
import { Icon } from "~/web/ui/icons";
import { usePost } from "~/web/ui/form/post-form";

/**
 * The button that asks the browser for a passkey. This needs JavaScript, because only a script can ask. The button is
 * not shown before scripts run, without scripts, and in browsers that do not support passkeys.
 */
type PasskeyButtonProps = {
  label: string;
  /** The form of the page's action that receives the browser's answer, in its field `response`. */
  intent: string;
  /** The path from which the options for the browser are fetched, by POST. */
  options: string;
  /** Whether the browser makes a new passkey (`registration`) or uses an existing one (`authentication`). */
  ceremony: "registration" | "authentication";
  /** Whether the browser itself, and not a script, has to receive the answer to the form. */
  reloadDocument?: boolean;
  /** Returns other fields that the form sends. */
  more?: () => Record<string, string>;
  look?: "primary" | "quiet";
};

export function PasskeyButton({
  label,
  intent,
  options,
  ceremony,
  reloadDocument = false,
  more,
  look = "quiet",
}: PasskeyButtonProps) {
  const supported = usePasskeySupport();
  const refused = useActionData<FormResult>();
  const post = usePost();
  const sending = usePending(intent);
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const ask = async () => {
    if (asking || sending) return;
    setAsking(true);
    setFailure(null);
    const answer = await askBrowser(options, ceremony);
    setAsking(false);
    if ("failure" in answer) setFailure(answer.failure);
    else post({ intent, response: answer.response, ...more?.() }, { reloadDocument });
  };

  if (!supported) return null;
  const problem = failure ?? (refused?.intent === intent && !sending ? refused.result.error?.[""]?.[0] : null);
  return (
    <div>
      <button
        type="button"
        className={`button ${look === "primary" ? "button-primary" : ""}`}
        aria-busy={asking || sending || undefined}
        onClick={() => void ask()}
      >
        {label}
      </button>
      {problem && (
        <p role="alert" className="error mt-2">
          <Icon name="alert" />
          <span>{problem}</span>
        </p>
      )}
    </div>
  );
}

/** Tells whether this browser supports passkeys; null before scripts run. */
export const usePasskeySupport = (): boolean | null => useSyncExternalStore(never, knowsPasskeys, () => null);

const never = () => () => undefined;
const knowsPasskeys = () => "PublicKeyCredential" in window;

type Answer = { response: string } | { failure: string };

async function askBrowser(options: string, ceremony: PasskeyButtonProps["ceremony"]): Promise<Answer> {
  try {
    const answer = await fetch(options, { method: "POST", body: new URLSearchParams() });
    const refusal = answer.headers.get("X-Refusal");
    if (refusal !== null) return { failure: decodeURIComponent(refusal) };
    if (answer.status === 403 || answer.redirected) {
      // The proof of identity has expired meanwhile. Loading the page again makes it ask for a new proof.
      window.location.reload();
      return { failure: "Opening this page again." };
    }
    if (!answer.ok) return { failure: answer.status === 429 ? await answer.text() : failed };
    // This library is loaded only when the button is pressed, because nothing else needs it.
    const { startAuthentication, startRegistration } = await import("@simplewebauthn/browser");
    const optionsJSON = (await answer.json()) as never;
    const credential =
      ceremony === "registration"
        ? await startRegistration({ optionsJSON })
        : await startAuthentication({ optionsJSON });
    return { response: JSON.stringify(credential) };
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (name === "InvalidStateError") return { failure: "This device has a passkey for your account already." };
    return { failure: name === "NotAllowedError" ? "No passkey was used. Try again when you are ready." : failed };
  }
}

const failed = "That did not work. Try again, or go another way.";

/** The text that a browser without scripts shows in place of the button. */
export const WithoutScripts = () => (
  <noscript>
    <p className="mt-4 max-w-prose text-muted">
      Adding or using a passkey needs JavaScript, because only a script can ask the browser for one. Everything else
      works without: your password, and the codes of your app.
    </p>
  </noscript>
);
