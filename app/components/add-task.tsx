import { useEffect } from "react";
import { Field, PageForm, SubmitButton, usePageForm, usePending, useResetAfterSuccess } from "./form";
import { Icon } from "./icons";
import { TaskDetails, type TaskFormShape } from "./task-fields";

/** The title alone in sight; the rest is a step away, and open when something in it needs another look. */
export function AddTask({ search }: { search: string }) {
  const [form, fields] = usePageForm<TaskFormShape>("add", { priority: "medium" });
  const pending = usePending("add");
  useResetAfterSuccess("add", "title");
  const faulty = Boolean(fields.description.errors ?? fields.priority.errors ?? fields.dueDate.errors);
  // A refused form comes back with what was typed; none of it may hide.
  const filled = Boolean(fields.description.initialValue ?? fields.dueDate.initialValue);
  // The focus cannot go to a faulty field that is still folded away.
  useEffect(() => {
    if (faulty) document.querySelector<HTMLElement>("#add [aria-invalid]")?.focus();
  }, [faulty]);
  return (
    <PageForm form={form} intent="add" action={`/tasks${search}`} preventScrollReset className="lines mb-8">
      <div className="add-line">
        <Field label="Title" field={fields.title} autoComplete="off" placeholder="What needs doing?" />
        <SubmitButton pending={pending}>Add task</SubmitButton>
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
  );
}
