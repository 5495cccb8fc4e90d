import type { FieldMetadata } from "@conform-to/react";
import type { taskForm } from "~/tasks/domain/task-schema";
import { priorities } from "~/tasks/domain/task-values";
import { Select, TextArea, Field, type FormShape } from "~/web/ui/form/form";
import { priorityNames } from "./priority";

type Fields = { [Name in keyof FormShape<typeof taskForm>]: FieldMetadata<string> };

/** The fields that follow the title. The add form and the edit form share them. */
export function TaskDetails({ fields }: { fields: Omit<Fields, "title"> }) {
  return (
    <>
      <TextArea label="Description" field={fields.description} />
      <div className="grid grid-cols-1 gap-x-4 sm:grid-cols-2">
        <Select label="Priority" field={fields.priority}>
          {[...priorities].reverse().map((priority) => (
            <option key={priority} value={priority}>
              {priorityNames[priority]}
            </option>
          ))}
        </Select>
        <Field label="Due date" field={fields.dueDate} type="date" />
      </div>
    </>
  );
}
