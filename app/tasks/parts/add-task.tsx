import { useEffect, type FormEvent } from "react";
import { useAdditions, WaitingAdditions } from "./additions";
import { Field, PageForm, SubmitButton, usePageForm, usePending } from "~/web/ui/form/form";
import { Icon } from "~/web/ui/icons";
import type { taskForm } from "~/tasks/domain/task-schema";
import { longestDescription, longestTitle } from "~/tasks/domain/task-values";
import { TaskDetails } from "./task-fields";

/**
 * The add form. It shows only the title; the other fields are folded away and open when one of them has a value or an
 * error.
 */
export function AddTask({ search }: { search: string }) {
  const [form, fields] = usePageForm<typeof taskForm>("add", { priority: "medium" });
  const { waiting, add } = useAdditions();
  const refused = usePending("add");
  const pending = refused || waiting.some(({ problem }) => problem === null);
  const faulty = Boolean(fields.description.errors ?? fields.priority.errors ?? fields.dueDate.errors);
  // A refused form comes back with what was typed. All of it has to be visible.
  const filled = Boolean(fields.description.initialValue ?? fields.dueDate.initialValue);
  // In an effect, so that the fields are unfolded by then: a folded field cannot take the focus.
  useEffect(() => {
    if (faulty) document.querySelector<HTMLElement>("#add [aria-invalid]")?.focus();
  }, [faulty]);
  const action = `/tasks${search}`;

  /**
   * Clears the form for the next task immediately. A task that the server would refuse is submitted the ordinary way,
   * so that its errors are shown in the form.
   */
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
          {/* Marked as busy while tasks are sent, but not disabled, so that the next task can be added. */}
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

/**
 * Tells whether the server will accept the task. The server's other checks concern values that these fields cannot
 * hold.
 */
function fits(form: FormData): boolean {
  const lengthOf = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? [...value.trim()].length : 0;
  };
  const title = lengthOf("title");
  return title > 0 && title <= longestTitle && lengthOf("description") <= longestDescription;
}
