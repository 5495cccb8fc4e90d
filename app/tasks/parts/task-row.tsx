import type { Task } from "~/tasks/domain/task";
import { describeDone, describeDue } from "~/core/time/words";
import { Icon } from "~/web/ui/icons";
import { When } from "~/web/ui/when";
import { PriorityMark } from "./priority";

/** The properties of a task that a row shows; the other properties are not sent to the browser. */
export type TaskItem = Pick<Task, "number" | "title" | "completed" | "priority" | "dueDate">;

export const toTaskItem = ({ number, title, completed, priority, dueDate }: Task): TaskItem => ({
  number,
  title,
  completed,
  priority,
  dueDate,
});

type TaskRowProps = {
  task: TaskItem;
  today: string;
  search: string;
  /** The page's one-time form key, which the list looks up once for all rows. */
  formKey: string | undefined;
  /**
   * The fragment, such as `#task-5`, that a browser without scripts scrolls to when an action on this row reloads the
   * list.
   */
  after: Readonly<{ completion: string; deletion: string }>;
};

/**
 * One line of the list: plain links and a plain form. With JavaScript, `TaskList` listens for events on behalf of all
 * rows, so a row adds only its markup. The buttons show icons; their words are for browsers that do not draw icons.
 */
export function TaskRow({ task, today, search, formKey, after }: TaskRowProps) {
  const { number, title, completed } = task;
  const completion = completed ? "Reopen" : "Complete";
  return (
    <li className={completed ? "row done" : "row"} id={`task-${number}`}>
      <form method="post" action={`/tasks${search}${after.completion}`}>
        {formKey !== undefined && <input type="hidden" name="formKey" value={formKey} />}
        <input type="hidden" name="number" value={number} />
        <button
          className="check"
          name="intent"
          value={completed ? "reopen" : "complete"}
          aria-label={`${completion} ${title}`}
        >
          <span>
            <Icon name="check" />
          </span>
          {completion}
        </button>
      </form>
      <div className="row-main">
        <a href={`/tasks/${number}${search}`} className="row-title" dir="auto">
          {title}
        </a>
        <p className="row-meta">
          <PriorityMark priority={task.priority} />{" "}
          {task.dueDate && <DueDate day={task.dueDate} today={today} done={completed} />}
        </p>
      </div>
      <a
        href={`/tasks/${number}/delete${search}${after.deletion}`}
        className="icon-button"
        aria-label={`Delete ${title}`}
        data-delete
      >
        <Icon name="trash" />
        Delete
      </a>
    </li>
  );
}

export function DueDate({ day, today, done }: { day: string; today: string; done: boolean }) {
  const { words, state } = (done ? describeDone : describeDue)(day, today);
  return <When at={{ iso: day, words }} title={day} className={state === "later" ? undefined : state} />;
}
