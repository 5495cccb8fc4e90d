import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { db } from "~/core/data/db.server";
import { createTask, getTask, updateTask } from "~/tasks/domain/tasks.server";
import { newActor } from "../../../support/people";

/** Runs something while a transaction is open that has added a user and then fails. */
async function besideFailingTransaction<Result>(work: () => Promise<Result>): Promise<Result> {
  const user = { name: "", createdAt: new Date(), updatedAt: new Date() };
  let working: Promise<Result> | undefined;
  const transaction = db().$transaction(async (open) => {
    await open.user.create({ data: { ...user, id: randomUUID(), email: `${randomUUID()}@example.com` } });
    working = Promise.resolve().then(work);
    for (let statement = 0; statement < 20; statement++) await open.user.count();
    throw new Error("undone");
  });
  await expect(transaction).rejects.toThrow("undone");
  if (!working) throw new Error("the transaction did not open");
  return working;
}

it("an acknowledged write is not undone with somebody else's transaction that fails at the same time", async () => {
  const actor = await newActor();
  const { number } = await createTask(actor, { title: "before" });
  await besideFailingTransaction(() => updateTask(actor, number, { title: "after" }));
  expect((await getTask(actor, number)).title).toBe("after");
});

it("nothing of an open transaction is seen from outside", async () => {
  const users = await db().user.count();
  expect(await besideFailingTransaction(() => db().user.count())).toBe(users);
});

it("transactions wait for each other", async () => {
  const actor = await newActor();
  const task = await besideFailingTransaction(() => createTask(actor, { title: "kept" }));
  expect(await getTask(actor, task.number)).toEqual(task);
});
