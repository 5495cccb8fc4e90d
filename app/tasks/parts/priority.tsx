import type { Priority } from "~/tasks/domain/task-values";

const marks = { high: "▲", medium: "●", low: "▽" } as const;
export const priorityNames = { high: "High", medium: "Medium", low: "Low" } as const;

/** Priority as a shape and a word; the colour only helps. */
export function PriorityMark({ priority }: { priority: Priority }) {
  return (
    <span className={priority}>
      <span aria-hidden="true">{marks[priority]}</span> {priorityNames[priority]}
    </span>
  );
}
