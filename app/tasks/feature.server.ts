import type { Feature } from "~/services/feature";
import { refoldTasks } from "./domain/refold.server";
import { taskExport, taskHoldings, taskTables } from "./domain/task-export.server";
import { taskExpiries, taskRemains } from "./domain/task-upkeep.server";

/** The feature "tasks", as it registers with the program. */
export const tasks: Feature = {
  endsAccess: [],
  exportParts: taskExport,
  exportTables: taskTables,
  holdings: taskHoldings,
  removesRemains: taskRemains,
  removesExpired: taskExpiries,
  mail: {},
  auditWords: {},
  dataSteps: [refoldTasks],
};
