import type { Actor } from "~/core/actor";
import { csv, type Cell } from "~/core/csv.server";
import type { ExportPart, ExportTable, Holding } from "~/services/export/export-part.server";
import type { Task } from "./task";
import { assemble, jsonProperties, taskFields } from "./task-fields";
import { taskPages } from "./tasks.server";

/** Exports tasks: the fields that the table marks as exported, under their JSON names. */

const exported = jsonProperties.filter((property) => taskFields[property].exported);

const toItem = (task: Task) =>
  assemble<Record<string, Cell>>(exported.map((property) => [taskFields[property].json, task[property]]));

async function* tasks(actor: Actor) {
  for await (const page of taskPages(actor)) yield page.map(toItem);
}

const columns = exported.map((property) => taskFields[property].json);

async function* rows(actor: Actor) {
  for await (const page of taskPages(actor)) yield page.map((task) => exported.map((property) => task[property]));
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
