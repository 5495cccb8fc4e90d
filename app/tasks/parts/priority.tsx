import type { Priority } from "~/tasks/domain/task-values";

const marks = { high: "▲", medium: "●", low: "▽" } as const;
export const priorityNames = { high: "High", medium: "Medium", low: "Low" } as const;

/** Shows the priority as a shape and a word, so that nobody has to tell colours apart to read it. */
export function PriorityMark({ priority }: { priority: Priority }) {
  return (
    <span className={priority}>
      <span aria-hidden="true">{marks[priority]}</span> {priorityNames[priority]}
    </span>
  );
}
