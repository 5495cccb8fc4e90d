import { expect, it } from "vitest";
import { db } from "~/core/data/db.server";
import { summarizeTasks } from "~/tasks/domain/summary.server";
import type { NewTask } from "~/tasks/domain/task";
import { createTask } from "~/tasks/domain/tasks.server";
import { newActor } from "../../../support/people";

/** Noon of a Wednesday, in the time zone of the process. */
const now = new Date(2026, 2, 11, 12);

async function actorWith(...tasks: (NewTask & { completedAt?: Date })[]) {
  const actor = await newActor();
  for (const { completedAt, ...task } of tasks) {
    const { number } = await createTask(actor, { ...task, completed: completedAt !== undefined });
    if (completedAt)
      await db().task.update({ where: { userId_number: { userId: actor.userId, number } }, data: { completedAt } });
  }
  return actor;
}

it("an empty account has zeros, and fourteen days of them", async () => {
  const { next, completedPerDay, ...counts } = await summarizeTasks(await newActor(), now);
  expect(counts).toEqual({ open: 0, completed: 0, overdue: 0, dueToday: 0, dueThisWeek: 0 });
  expect(next).toEqual([]);
  expect(completedPerDay).toHaveLength(14);
  expect(completedPerDay[0]).toEqual({ day: "2026-02-26", count: 0 });
  expect(completedPerDay[13]).toEqual({ day: "2026-03-11", count: 0 });
});

it("counts open tasks by their day; completed ones and other people's do not count", async () => {
  const actor = await actorWith(
    { title: "yesterday", dueDate: "2026-03-10" },
    { title: "long ago", dueDate: "2024-02-29" },
    { title: "today", dueDate: "2026-03-11" },
    { title: "in six days", dueDate: "2026-03-17" },
    { title: "in seven days", dueDate: "2026-03-18" },
    { title: "some day" },
    { title: "done, was overdue", dueDate: "2026-03-01", completedAt: now },
    { title: "done, was for today", dueDate: "2026-03-11", completedAt: now },
  );
  await actorWith({ title: "somebody else's", dueDate: "2026-03-11", completedAt: now }, { title: "and another" });
  const { next, completedPerDay, ...counts } = await summarizeTasks(actor, now);
  expect(counts).toEqual({ open: 6, completed: 2, overdue: 2, dueToday: 1, dueThisWeek: 2 });
  expect(next.map(({ title }) => title)).toEqual(["long ago", "yesterday", "today", "in six days", "in seven days"]);
  expect(completedPerDay.at(-1)).toEqual({ day: "2026-03-11", count: 2 });
});

it("the next tasks are five at most, the soonest first, and none without a day", async () => {
  const days = ["2026-03-20", "2026-03-12", "2026-03-15", "2026-03-13", "2026-03-14", "2026-03-16"];
  const actor = await actorWith(...days.map((dueDate) => ({ title: dueDate, dueDate })), { title: "no day" });
  const { next } = await summarizeTasks(actor, now);
  expect(next.map(({ dueDate }) => dueDate)).toEqual(days.sort().slice(0, 5));
});

it("completed per day follows the local day: its first and its last moment are in, the ones beside it are not", async () => {
  const firstDay = new Date(2026, 1, 26);
  const tomorrow = new Date(2026, 2, 12);
  const before = (date: Date) => new Date(date.getTime() - 1);
  const actor = await actorWith(
    { title: "just before the chart", completedAt: before(firstDay) },
    { title: "first moment", completedAt: firstDay },
    { title: "last moment of the second day", completedAt: before(new Date(2026, 1, 28)) },
    { title: "first moment of today", completedAt: new Date(2026, 2, 11) },
    { title: "last moment of today", completedAt: before(tomorrow) },
    { title: "after today", completedAt: tomorrow },
  );
  const { completedPerDay } = await summarizeTasks(actor, now);
  expect(completedPerDay.filter(({ count }) => count > 0)).toEqual([
    { day: "2026-02-26", count: 1 },
    { day: "2026-02-27", count: 1 },
    { day: "2026-03-11", count: 2 },
  ]);
});
