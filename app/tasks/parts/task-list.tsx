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
 * The list. Its rows are plain HTML that works without scripts. With JavaScript, this component shows the effect of a
 * click immediately, follows links without reloading the page, and asks in a dialog over the list before it deletes.
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
    // Asks the server for data and not for a redirect, so that several clicks in a row do not interrupt each other.
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
    // `detail` is 0 when a key and not the pointer pressed the button.
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
      {/* The handlers receive the events of the links and buttons inside, which the keyboard can reach. */}
      <ul
        className="rows"
        ref={list}
        onSubmit={onSubmit}
        onClick={onClick}
        onPointerLeave={({ pointerType }) => {
          // Only for the mouse: after every tap a finger counts as having left the list.
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

/** The first rows are visible at the top of the page, so after an action on them the page need not scroll. */
const rowsAtTheTop = 3;

/**
 * The fragments that the page scrolls to after an action on a row far down: the row itself, or the row that takes its
 * place if it leaves the list. When a form's answer is a redirect without a fragment, the browser keeps the fragment of
 * the form's address (RFC 9110, 10.2.2).
 */
function placesAfter(tasks: readonly TaskItem[], task: TaskItem, { leaves }: { leaves: boolean }) {
  const index = tasks.findIndex(({ number }) => number === task.number);
  if (index < rowsAtTheTop) return { completion: "", deletion: "" };
  const neighbour = tasks[index + 1] ?? tasks[index - 1] ?? task;
  return { completion: `#task-${leaves ? neighbour.number : task.number}`, deletion: `#task-${neighbour.number}` };
}

/** The number of the task in whose row an element stands. */
const numberOf = (element: Element): string => element.closest("li")?.id.slice("task-".length) ?? "";

/** The tasks as they will be when the server has processed every submission that is pending. */
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

/** Moves the focus to the row that takes the place of the focused row when that row leaves the list. */
function useKeptFocus(list: React.RefObject<HTMLUListElement>, tasks: TaskItem[]) {
  const place = useRef<{ index: number } | null>(null);
  useEffect(() => {
    if (!place.current || hasFocus()) return;
    const rows = [...(list.current?.children ?? [])];
    const { index } = place.current;
    // Gaps have no check button, so they are skipped below.
    const checks = [...rows.slice(index), ...rows.slice(0, index).reverse()].map((row) => row.querySelector(".check"));
    const target = checks.find((check) => check instanceof HTMLElement) ?? document.querySelector<HTMLElement>("main");
    target?.focus({ preventScroll: true });
    place.current = null;
  }, [list, tasks]);
  // The whole list is removed together with its last row; then the main part of the page gets the focus.
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
