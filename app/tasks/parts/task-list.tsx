import { useFetchers, useNavigate, useSubmit } from "@remix-run/react";
import { useEffect, useRef, useState, type FormEvent, type MouseEvent } from "react";
import { nextKey } from "./additions";
import { DeleteDialog } from "./delete-dialog";
import { isGap, useGaps } from "./gaps";
import { useFormKey } from "~/web/ui/form/post-form";
import { TaskRow, type TaskItem } from "./task-row";

type TaskListProps = {
  tasks: TaskItem[];
  today: string;
  search: string;
  /** Does a task leave the list when it is completed or reopened? */
  leaves: boolean;
};

/**
 * The list. Its rows are plain HTML; here is the one place that makes them quick where there is JavaScript: a click
 * shows at once what it does, links do not reload, and "Delete" asks in a dialog over the list.
 */
export function TaskList({ tasks, today, search, leaves }: TaskListProps) {
  const list = useRef<HTMLUListElement>(null);
  const [deleting, setDeleting] = useState<TaskItem | null>(null);
  const submit = useSubmit();
  const formKey = useFormKey();
  const navigate = useNavigate();
  const shown = useOptimistic(tasks);
  const rememberPlace = useKeptFocus(list, tasks);
  const { entries, leave, close } = useGaps(shown);
  const pointed = useRef(false);
  const placeAfter = (task: TaskItem) => placesAfter(tasks, task, { leaves });

  const onSubmit = (event: FormEvent) => {
    const { submitter } = event.nativeEvent as SubmitEvent;
    if (!(event.target instanceof HTMLFormElement) || !submitter) return;
    event.preventDefault();
    rememberPlace(submitter);
    const row = submitter.closest("li");
    if (row && pointed.current) leave(row, Number(numberOf(submitter)));
    const fields = new FormData(event.target, submitter);
    const key = nextKey(formKey);
    if (key) fields.set("formKey", key);
    // The answer is data for the list as it is, and no page to go to: several clicks do not get in each other's way.
    fields.set("stay", "1");
    submit(fields, {
      method: "post",
      action: `/tasks${search}`,
      navigate: false,
      fetcherKey: `complete-${numberOf(submitter)}`,
      preventScrollReset: true,
    });
  };

  const onClick = (event: MouseEvent) => {
    // A key that presses a button counts no clicks.
    pointed.current = event.detail > 0;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const task = "delete" in link.dataset && tasks.find(({ number }) => String(number) === numberOf(link));
    if (task) {
      rememberPlace(link);
      setDeleting(task);
    } else {
      rememberPlace(null);
      navigate(link.pathname + link.search);
    }
  };

  return (
    <>
      {/* The handlers serve the links and buttons inside, which are reached by keyboard on their own. */}
      <ul
        className="rows"
        ref={list}
        onSubmit={onSubmit}
        onClick={onClick}
        onPointerLeave={({ pointerType }) => {
          // A finger leaves the list with every tap.
          if (pointerType === "mouse") close();
        }}
      >
        {entries.map((entry) =>
          isGap(entry) ? (
            <li key={entry.number} aria-hidden data-number={entry.number} style={{ height: entry.height }} />
          ) : (
            <TaskRow
              key={entry.number}
              task={entry}
              today={today}
              search={search}
              formKey={formKey}
              after={placeAfter(entry)}
            />
          ),
        )}
      </ul>
      {deleting && <DeleteDialog task={deleting} search={search} onClose={() => setDeleting(null)} />}
    </>
  );
}

/** Rows that are in sight where the page begins: after an action on them it may begin there. */
const rowsAtTheTop = 3;

/**
 * Where the page begins after an action on a row far down: at that row, or where it leaves, at the one that takes its place.
 * A browser carries the fragment of a form's address over to where the answer leads (RFC 9110, 10.2.2).
 */
function placesAfter(tasks: readonly TaskItem[], task: TaskItem, { leaves }: { leaves: boolean }) {
  const index = tasks.findIndex(({ number }) => number === task.number);
  if (index < rowsAtTheTop) return { completion: "", deletion: "" };
  const neighbour = tasks[index + 1] ?? tasks[index - 1] ?? task;
  return { completion: `#task-${leaves ? neighbour.number : task.number}`, deletion: `#task-${neighbour.number}` };
}

/** The number of the task in whose row an element stands. */
const numberOf = (element: Element): string => element.closest("li")?.id.slice("task-".length) ?? "";

/** The tasks as they will be once what is on its way has arrived. */
function useOptimistic(tasks: TaskItem[]): TaskItem[] {
  const fetchers = useFetchers();
  if (!fetchers.length) return tasks;
  const completed = new Map<string, boolean>();
  const deleted = new Set<string>();
  for (const { key, formData } of fetchers) {
    if (!formData) continue;
    if (key.startsWith("complete-"))
      completed.set(key.slice("complete-".length), formData.get("intent") === "complete");
    if (key.startsWith("delete-")) deleted.add(key.slice("delete-".length));
  }
  return tasks
    .filter(({ number }) => !deleted.has(String(number)))
    .map((task) => ({ ...task, completed: completed.get(String(task.number)) ?? task.completed }));
}

const hasFocus = () => document.activeElement !== null && document.activeElement !== document.body;

/** When the row that had the focus leaves the list, the focus goes to the row that took its place. */
function useKeptFocus(list: React.RefObject<HTMLUListElement>, tasks: TaskItem[]) {
  const place = useRef<{ index: number } | null>(null);
  useEffect(() => {
    if (!place.current || hasFocus()) return;
    const rows = [...(list.current?.children ?? [])];
    const { index } = place.current;
    // The room of a row that has left holds nothing.
    const checks = [...rows.slice(index), ...rows.slice(0, index).reverse()].map((row) => row.querySelector(".check"));
    const target = checks.find((check) => check instanceof HTMLElement) ?? document.querySelector<HTMLElement>("main");
    target?.focus({ preventScroll: true });
    place.current = null;
  }, [list, tasks]);
  // With its last row the list goes too.
  useEffect(
    () => () => {
      if (place.current && !hasFocus()) document.querySelector("main")?.focus({ preventScroll: true });
    },
    [],
  );
  return (element: Element | null) => {
    const row = element?.closest("li");
    place.current = row ? { index: [...(list.current?.children ?? [])].indexOf(row) } : null;
  };
}
