import { z } from "zod";
import type { DataStep } from "~/core/data/data-steps.server";
import { db, Prisma } from "~/core/data/db.server";
import { transaction } from "~/core/data/transaction.server";
import { parseStored } from "~/core/stored";
import { canonical, foldText } from "~/core/text";
import { forgetOldKeys } from "./task-keys.server";

/**
 * Converts the texts of tasks that an earlier version has written to today's form: texts in Unicode form C, and folded
 * keys. The program does this because a migration in SQL cannot.
 */

/** Few rows, because one transaction changes them and on SQLite every other writer waits for that transaction. */
const rowsAtOnce = 25;

type Row = {
  userId: string;
  number: number;
  title: string;
  titleKey: string;
  description: string | null;
  descriptionKey: string | null;
};

/** The user's id and the number of the last task of a batch. If a stored place cannot be read, the work starts over. */
const placeSchema = z.tuple([z.string(), z.int().min(0).max(2_147_483_647)]);

type Place = Readonly<z.output<typeof placeSchema>>;

export const refoldTasks: DataStep = {
  name: "fold-task-keys",
  run: (position) => refoldAfter(position),
  onFinished: forgetOldKeys,
};

async function refoldAfter(position: string | null): Promise<string | null> {
  const rows = await rowsAfter(position === null ? null : parseStored(placeSchema, position));
  const last = rows.at(-1);
  if (!last) return null;
  const mending = () => rows.flatMap((row) => [...mendingTitle(row), ...mendingDescription(row)]);
  if (mending().length) await transaction(mending);
  const place: Place = [last.userId, last.number];
  return JSON.stringify(place);
}

/** Reads rows in the order of the primary key, so that the database finds them by its index. */
function rowsAfter(place: Place | null): Promise<Row[]> {
  const after = place ? Prisma.sql`WHERE (user_id, number) > (${place[0]}, ${place[1]})` : Prisma.empty;
  return db().$queryRaw<Row[]>`
    SELECT user_id AS "userId", number, title, title_key AS "titleKey", description, description_key AS "descriptionKey"
    FROM tasks ${after} ORDER BY user_id, number LIMIT ${rowsAtOnce}`;
}

/** Writes only if the text is still the one that was read. Otherwise today's version has written it meanwhile. */
function mendingTitle({ userId, number, title, titleKey }: Row) {
  const [stored, key] = [canonical(title), foldText(title)];
  if (stored === title && key === titleKey) return [];
  return [
    db().$executeRaw`
      UPDATE tasks SET title = ${stored}, title_key = ${key} ${newRevision(stored !== title)}
      WHERE user_id = ${userId} AND number = ${number} AND title = ${title}`,
  ];
}

function mendingDescription({ userId, number, description, descriptionKey }: Row) {
  if (description === null) return [];
  const [stored, key] = [canonical(description), foldText(description)];
  if (stored === description && key === descriptionKey) return [];
  return [
    db().$executeRaw`
      UPDATE tasks SET description = ${stored}, description_key = ${key} ${newRevision(stored !== description)}
      WHERE user_id = ${userId} AND number = ${number} AND description = ${description}`,
  ];
}

/**
 * A changed text needs a new revision, because clients use it to tell whether their copy is current. Keys are never
 * shown.
 */
const newRevision = (isNew: boolean) => (isNew ? Prisma.sql`, revision = revision + 1` : Prisma.empty);
