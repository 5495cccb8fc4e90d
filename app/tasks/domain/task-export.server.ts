import type { Actor } from "~/core/actor";
import { csv } from "~/core/csv.server";
import type { ExportPart, ExportTable, Holding } from "~/services/export/export-part.server";
import { taskPages } from "./tasks.server";

/** What an export says of tasks. */

async function* tasks(actor: Actor) {
  for await (const page of taskPages(actor))
    yield page.map(
      ({ number, title, description, completed, completedAt, priority, dueDate, createdAt, updatedAt }) => ({
        id: number,
        title,
        description,
        completed,
        completed_at: completedAt,
        priority,
        due_date: dueDate,
        created_at: createdAt,
        updated_at: updatedAt,
      }),
    );
}

const columns = [
  ...["id", "title", "description", "completed", "completed_at"],
  ...["priority", "due_date", "created_at", "updated_at"],
];

async function* rows(actor: Actor) {
  for await (const page of taskPages(actor))
    yield page.map((task) => [
      ...[task.number, task.title, task.description, task.completed, task.completedAt],
      ...[task.priority, task.dueDate, task.createdAt, task.updatedAt],
    ]);
}

export const taskExport: readonly ExportPart[] = [{ place: 40, member: "tasks", pages: tasks }];

declare module "~/services/export/export-part.server" {
  interface ExportTables {
    "tasks-csv": true;
  }
}

export const taskTables: readonly ExportTable[] = [
  { kind: "tasks-csv", name: "tasks", detail: "Tasks, as CSV", csv: (actor) => csv(columns, rows(actor)) },
];

export const taskHoldings: readonly Holding[] = [
  { name: "tasks", table: "tasks", one: "task", many: "tasks", evenIfNone: true },
];
