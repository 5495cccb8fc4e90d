import { useLocation, useNavigation } from "@remix-run/react";
import { SubmitButton } from "~/web/ui/form/form";
import { PostForm } from "~/web/ui/form/post-form";
import type { RetryQuestion } from "./retry-question";

/** Fields that no person has typed. */
const unseen = /^(intent|number|generation|invitation|[a-z]+Id)$/;

/**
 * The page in place of one that needs the database while it cannot be used. Keeps what was typed and offers to try
 * again.
 */
export function TryAgain({ message, action, typed }: RetryQuestion["retry"]) {
  const { pathname, search } = useLocation();
  const { state } = useNavigation();
  const seen = typed.filter(([name, value]) => !unseen.test(name) && value.trim() !== "");
  return (
    <section className="max-w-prose py-8">
      <p className="tabular text-sm text-muted">503</p>
      <h1 className="mt-1 mb-4">Not available just now</h1>
      <p className="mb-6">
        {message}
        {action !== null && " What you sent may not have been saved; sent once more, nothing of it is lost."}
      </p>
      {seen.length > 0 && (
        <dl className="mb-6 space-y-3">
          {seen.map(([name, value]) => (
            <div key={name}>
              <dt className="label">{inWords(name)}</dt>
              <dd className="whitespace-pre-wrap wrap-anywhere" dir="auto">
                {value}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {action === null ? (
        <a className="button button-primary" href={pathname + search}>
          Try again
        </a>
      ) : (
        <PostForm action={action}>
          {typed.map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <SubmitButton pending={state === "submitting"}>Try again</SubmitButton>
        </PostForm>
      )}
    </section>
  );
}

/** A field's name in words: "dueDate" becomes "Due date". */
const inWords = (name: string) => {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
};
