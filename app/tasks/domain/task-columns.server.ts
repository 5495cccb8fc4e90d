import { Prisma } from "~/core/data/db.server";
import { foldText } from "~/core/text";
import type { NewTask, Task, TaskChange } from "./task";
import {
  assemble,
  bodyProperties,
  fieldOf,
  taskProperties,
  writingOf,
  writtenProperties,
  type TaskFields,
  type TaskProperty,
  type WrittenProperty,
} from "./task-fields";

/** The parts of task statements that name columns. They are made from the table of fields when the program starts. */

/** A row as statements read it: properties by name, with the rank's number in place of a word that has a rank. */
export type Row = { readonly [P in TaskProperty]: TaskFields[P] extends { ranks: object } ? number : Task[P] };

/** The columns that a statement reads. */
export const columns = Prisma.raw(
  taskProperties
    .map((property) => ({ property, ...fieldOf(property) }))
    .map(({ column, property }) => (column === property ? column : `${column} AS "${property}"`))
    .join(", "),
);

const readings = taskProperties.map((property) => ({ property, words: wordsOf(property) }));

/** The words that a column's numbers stand for, from 1. The word at index 0 is for numbers that stand for no word. */
function wordsOf(property: TaskProperty): readonly unknown[] | undefined {
  const { ranks, write } = fieldOf(property);
  return ranks && [write?.initial, ...ranks];
}

/** Converts a row to a task. A plain loop, because a list calls this for every row. */
export function toTask(row: Row): Task {
  const task: Partial<Record<TaskProperty, unknown>> = {};
  for (const { property, words } of readings) {
    const stored = row[property];
    task[property] = words ? (words[Number(stored)] ?? words[0]) : stored;
  }
  // The loop has set every property.
  return task as Task;
}

/** A new task with the initial value for each property that it leaves out. */
export const withInitial = (task: NewTask): Pick<Task, WrittenProperty> =>
  assemble(
    writtenProperties.map((property) => [
      property,
      task[property] === undefined ? writingOf(property).initial : task[property],
    ]),
  );

/** The columns that a new task is written to. */
export const insertedColumns = Prisma.raw(
  writtenProperties
    .flatMap((property) => {
      const { keyColumn, since } = writingOf(property);
      return [fieldOf(property).column, keyColumn, since && fieldOf(since).column];
    })
    .filter((column) => column !== undefined)
    .join(", "),
);

/** The values of a new task for `insertedColumns`, in the same order. */
export function insertedValues(task: NewTask, now: Date): Prisma.Sql {
  const whole = withInitial(task);
  return Prisma.join(
    writtenProperties.flatMap((property) => {
      const { keyColumn, since } = writingOf(property);
      const value = whole[property];
      return [
        stored(property, value),
        ...(keyColumn === undefined ? [] : [keyOf(value)]),
        ...(since === undefined ? [] : [value ? now : null]),
      ];
    }),
  );
}

/** The assignments of an `UPDATE` for a change, for each field that is given. */
export const settings = (change: TaskChange, now: Date): Prisma.Sql[] =>
  bodyProperties.flatMap((property) => {
    const value = change[property];
    return value === undefined ? [] : [setting(property, value, now)];
  });

function setting(property: WrittenProperty, value: unknown, now: Date): Prisma.Sql {
  const column = Prisma.raw(fieldOf(property).column);
  const { keyColumn, since } = writingOf(property);
  if (since !== undefined) {
    const at = Prisma.raw(fieldOf(since).column);
    return value
      ? Prisma.sql`${column} = TRUE, ${at} = COALESCE(${at}, ${now})`
      : Prisma.sql`${column} = FALSE, ${at} = NULL`;
  }
  const setColumn = Prisma.sql`${column} = ${stored(property, value)}`;
  return keyColumn === undefined ? setColumn : Prisma.sql`${setColumn}, ${Prisma.raw(keyColumn)} = ${keyOf(value)}`;
}

/** Converts a property's value to the value that its column stores. */
function stored(property: WrittenProperty, value: unknown): unknown {
  const { ranks } = fieldOf(property);
  return ranks && typeof value === "string" ? ranks.indexOf(value) + 1 : value;
}

const keyOf = (text: unknown): string | null => (typeof text === "string" ? foldText(text) : null);
