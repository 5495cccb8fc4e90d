// Shared with the browser.

/** The allowed values of a task's fields, without the code that checks them, which the browser does not need. */

export const priorities = ["low", "medium", "high"] as const;
export type Priority = (typeof priorities)[number];

/** The longest texts, in code points. */
export const longestTitle = 200;
export const longestDescription = 10_000;

export const sortOrders = [
  "created_at",
  "-created_at",
  "due_date",
  "-due_date",
  "priority",
  "-priority",
  "title",
  "-title",
] as const;
export type SortOrder = (typeof sortOrders)[number];
