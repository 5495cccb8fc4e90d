import { SubmitButton } from "~/web/ui/form/form";
import { PostForm } from "~/web/ui/form/post-form";

/** What is shown in place of a form whose record is gone. */
export type Gone = Readonly<{
  gone: Readonly<{
    sentence: string;
    /** The form that can take what was typed instead: its path, its name, and the label of its button. */
    action: string;
    intent: string;
    button: string;
    /** What was typed, by field. */
    typed: readonly (readonly [string, string])[];
  }>;
}>;

export const isGone = (data: unknown): data is Gone => typeof data === "object" && data !== null && "gone" in data;

/** The page that keeps what was typed if the record to save it in no longer exists. */
export function GonePage({ said: { sentence, action, intent, button, typed } }: { said: Gone["gone"] }) {
  const text = (name: string) => typed.find(([field]) => field === name)?.[1] ?? "";
  return (
    <section className="max-w-prose py-8">
      <p className="tabular text-sm text-muted">404</p>
      <h1 className="mt-1 mb-4">This task is gone</h1>
      <p className="mb-6">{sentence}</p>
      <PostForm action={action}>
        <input type="hidden" name="intent" value={intent} />
        {typed
          .filter(([name]) => name !== "title" && name !== "description")
          .map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
        <div className="mb-5 space-y-1.5">
          <label className="label" htmlFor="gone-title">
            Title
          </label>
          <input className="input" id="gone-title" name="title" defaultValue={text("title")} dir="auto" />
        </div>
        <div className="mb-5 space-y-1.5">
          <label className="label" htmlFor="gone-description">
            Description
          </label>
          <textarea
            className="input"
            id="gone-description"
            name="description"
            rows={6}
            defaultValue={text("description")}
            dir="auto"
          />
        </div>
        <SubmitButton>{button}</SubmitButton>
      </PostForm>
    </section>
  );
}
