import type { TaskItem } from "~/tasks/parts/task-row";
import { parseTaskView } from "~/tasks/parts/task-view";
import { localToday } from "~/core/time/day";

/** What the page's two loaders would answer, created once before the first request. */

export type PageInput = { tasks: TaskItem[]; total: number; stylesheet: string };

let tasksData: unknown;
let stylesheet = "";

export function setPageData(input: PageInput): void {
  stylesheet = input.stylesheet;
  tasksData = {
    view: parseTaskView(new URLSearchParams()),
    total: input.total,
    pages: Math.max(1, Math.ceil(input.total / 50)),
    today: localToday(),
    tasks: input.tasks,
  };
}

export const dataOfTasks = () => tasksData;
/** As long as a real key. */
export const dataOfRoot = { signedIn: true, flash: null, trouble: null, formKey: "k".repeat(80) };
export const hrefOfStylesheet = () => stylesheet;
