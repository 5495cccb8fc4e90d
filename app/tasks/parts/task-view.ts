import { priorities, sortOrders, type Priority, type SortOrder } from "~/tasks/domain/task-values";

/**
 * The part of the list that a person looks at. The address holds it, so that people can bookmark, share and return to
 * it.
 */
export type TaskView = Readonly<{
  status: "all" | "active" | "completed";
  priority: Priority | null;
  sort: SortOrder;
  q: string;
  /** The number of the page, from 1. */
  page: number;
}>;

export const tasksPerPage = 50;

export const statuses = ["all", "active", "completed"] as const;

const oneOf = <Value extends string>(values: readonly Value[], value: string | null): Value | null =>
  values.find((candidate) => candidate === value) ?? null;

/** Reads the view from an address. Ignores values that are not valid. */
export function parseTaskView(query: URLSearchParams): TaskView {
  const page = query.get("page") ?? "";
  return {
    status: oneOf(statuses, query.get("status")) ?? "all",
    priority: oneOf(priorities, query.get("priority")),
    sort: oneOf(sortOrders, query.get("sort")) ?? "-created_at",
    q: [...(query.get("q") ?? "").replaceAll("\u0000", "").toWellFormed().trim()].slice(0, 200).join(""),
    page: /^[1-9]\d{0,6}$/.test(page) ? Number(page) : 1,
  };
}

/** Says what a view shows, for the title of its page: "Active high-priority tasks with “milk”, page 2". */
export function viewTitle({ status, priority, q, page }: TaskView): string {
  const kinds = [status === "all" ? "" : status, priority && `${priority}-priority`, "tasks"].filter(Boolean).join(" ");
  const words = q && ` with “${q}”`;
  return kinds.charAt(0).toUpperCase() + kinds.slice(1) + words + (page > 1 ? `, page ${page}` : "");
}

/** The query of a view's address; "" for the list without filters. */
export function taskViewSearch(view: TaskView, change: Partial<TaskView> = {}): string {
  const { status, priority, sort, q, page } = { ...view, page: 1, ...change };
  const query = new URLSearchParams();
  if (status !== "all") query.set("status", status);
  if (priority) query.set("priority", priority);
  if (sort !== "-created_at") query.set("sort", sort);
  if (q) query.set("q", q);
  if (page !== 1) query.set("page", String(page));
  const search = query.toString();
  return search && `?${search}`;
}
