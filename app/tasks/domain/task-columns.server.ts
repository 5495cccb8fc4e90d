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

/** The parts of statements on tasks that name their columns, made of the table of fields once, when the program starts. */

/** A row as statements read it: properties by name, with a number where a word has a rank. */
export type Row = { readonly [P in TaskProperty]: TaskFields[P] extends { ranks: object } ? number : Task[P] };

/** What a statement reads of its rows. */
export const columns = Prisma.raw(
  taskProperties
    .map((property) => ({ property, ...fieldOf(property) }))
    .map(({ column, property }) => (column === property ? column : `${column} AS "${property}"`))
    .join(", "),
);

const readings = taskProperties.map((property) => ({ property, words: wordsOf(property) }));

/** The words that a column's numbers stand for, from 1, with the one at place 0 for a number that is none of theirs. */
function wordsOf(property: TaskProperty): readonly unknown[] | undefined {
  const { ranks, write } = fieldOf(property);
  return ranks && [write?.initial, ...ranks];
}

/** A row as a task. A list reads many, so this is a plain loop. */
export function toTask(row: Row): Task {
  const task: Partial<Record<TaskProperty, unknown>> = {};
  for (const { property, words } of readings) {
    const stored = row[property];
    task[property] = words ? (words[Number(stored)] ?? words[0]) : stored;
  }
  // Every property is there, for the loop goes over all of them.
  return task as Task;
}

/** A new task with the initial value of what it does not say. */
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

/** What a new task holds in each of `insertedColumns`. */
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

/** What is set by a change, one part for each field that is given. */
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

/** A value as its column holds it. */
function stored(property: WrittenProperty, value: unknown): unknown {
  const { ranks } = fieldOf(property);
  return ranks && typeof value === "string" ? ranks.indexOf(value) + 1 : value;
}

const keyOf = (text: unknown): string | null => (typeof text === "string" ? foldText(text) : null);
