import { useEffect, type FormEvent } from "react";
import { useAdditions, WaitingAdditions } from "./additions";
import { Field, PageForm, SubmitButton, usePageForm, usePending } from "~/web/ui/form/form";
import { Icon } from "~/web/ui/icons";
import type { taskForm } from "~/tasks/domain/task-schema";
import { longestDescription, longestTitle } from "~/tasks/domain/task-values";
import { TaskDetails } from "./task-fields";

/** The title alone in sight; the rest is a step away, and open when something in it needs another look. */
export function AddTask({ search }: { search: string }) {
  const [form, fields] = usePageForm<typeof taskForm>("add", { priority: "medium" });
  const { waiting, add } = useAdditions();
  const refused = usePending("add");
  const pending = refused || waiting.some(({ problem }) => problem === null);
  const faulty = Boolean(fields.description.errors ?? fields.priority.errors ?? fields.dueDate.errors);
  // A refused form comes back with what was typed; none of it may hide.
  const filled = Boolean(fields.description.initialValue ?? fields.dueDate.initialValue);
  // The focus cannot go to a faulty field that is still folded away.
  useEffect(() => {
    if (faulty) document.querySelector<HTMLElement>("#add [aria-invalid]")?.focus();
  }, [faulty]);
  const action = `/tasks${search}`;

  /** Frees the form for the next task at once. What the server would refuse goes the way that shows its errors here. */
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    const element = event.currentTarget;
    const data = new FormData(element);
    if (!fits(data)) {
      form.onSubmit(event);
      return;
    }
    event.preventDefault();
    add(data, action);
    element.reset();
    element.querySelector<HTMLInputElement>("[name=title]")?.focus({ preventScroll: true });
  };

  return (
    <>
      <PageForm form={form} intent="add" action={action} preventScrollReset className="lines mb-8" onSubmit={onSubmit}>
        <div className="add-line">
          <Field label="Title" field={fields.title} autoComplete="off" placeholder="What needs doing?" />
          {/* Busy, and still there for the next task. */}
          <SubmitButton pending={refused} aria-busy={pending || undefined}>
            Add task
          </SubmitButton>
        </div>
        <details className="disclosure" open={faulty || filled || undefined}>
          <summary>
            <Icon name="chevron" />
            More
          </summary>
          <div className="pt-2">
            <TaskDetails fields={fields} />
          </div>
        </details>
      </PageForm>
      <WaitingAdditions />
    </>
  );
}

/** Is this a task that the server takes? The rest of what it checks cannot be typed into these fields. */
function fits(form: FormData): boolean {
  const lengthOf = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? [...value.trim()].length : 0;
  };
  const title = lengthOf("title");
  return title > 0 && title <= longestTitle && lengthOf("description") <= longestDescription;
}
