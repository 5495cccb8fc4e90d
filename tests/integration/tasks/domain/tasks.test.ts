import { describe, expect, it, vi } from "vitest";
import { db } from "~/core/data/db.server";
import type { Actor } from "~/core/actor";
import { NotFound } from "~/core/errors";
import type { NewTask, TaskQuery } from "~/tasks/domain/task";
import type { SortOrder } from "~/tasks/domain/task-values";
import {
  createTask,
  deleteTask,
  getTask,
  listTasks,
  parseTaskNumber,
  toggleTask,
  updateTask,
} from "~/tasks/domain/tasks.server";
import { newActor } from "../../../support/people";

const plain: TaskQuery = { sort: "-created_at", limit: 100, offset: 0 };
const titles = async (actor: Actor, query: Partial<TaskQuery>) =>
  (await listTasks(actor, { ...plain, ...query })).tasks.map(({ title }) => title);

/** Tasks of a new actor, each a second newer than the one before it. */
async function actorWith(...tasks: NewTask[]): Promise<Actor> {
  const actor = await newActor();
  for (const [index, task] of tasks.entries()) {
    const { number } = await createTask(actor, task);
    await db().task.update({
      where: { userId_number: { userId: actor.userId, number } },
      data: { createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, index)) },
    });
  }
  return actor;
}

describe("numbers", () => {
  it("count from 1 for each user", async () => {
    const [one, other] = [await newActor(), await newActor()];
    expect((await createTask(one, { title: "a" })).number).toBe(1);
    expect((await createTask(one, { title: "b" })).number).toBe(2);
    expect((await createTask(other, { title: "c" })).number).toBe(1);
  });

  it("are never given out again, not even the highest", async () => {
    const actor = await newActor();
    for (const title of ["a", "b", "c"]) await createTask(actor, { title });
    await deleteTask(actor, 2);
    await deleteTask(actor, 3);
    expect((await createTask(actor, { title: "d" })).number).toBe(4);
    for (const gone of [2, 3]) await expect(getTask(actor, gone)).rejects.toBeInstanceOf(NotFound);
  });

  it("have neither a gap nor a double after thirty parallel creations", async () => {
    const actor = await newActor();
    const created = await Promise.all(
      Array.from({ length: 30 }, (_, at) => createTask(actor, { title: `task ${at}` })),
    );
    const inOrder = Array.from({ length: 30 }, (_, at) => at + 1);
    expect(created.map(({ number }) => number).sort((a, b) => a - b)).toEqual(inOrder);
    for (const task of created) expect(await getTask(actor, task.number)).toEqual(task);
  });

  it.each([
    undefined,
    "",
    "0",
    "-1",
    "+1",
    "1.0",
    "1e3",
    "007",
    " 1",
    "1 ",
    "١",
    "0x1",
    "2147483648",
    "99999999999",
    "NaN",
  ])("a path segment that is none names no task: %j", (segment) => {
    expect(() => parseTaskNumber(segment)).toThrow(NotFound);
  });

  it("the highest number of all can be asked for", async () => {
    expect(parseTaskNumber("2147483647")).toBe(2_147_483_647);
    await expect(getTask(await newActor(), 2_147_483_647)).rejects.toBeInstanceOf(NotFound);
  });
});

describe("createTask", () => {
  it("fills in what is not said", async () => {
    const actor = await newActor();
    const task = await createTask(actor, { title: "Write" });
    expect(task).toEqual({
      number: 1,
      userId: actor.userId,
      title: "Write",
      description: null,
      completed: false,
      completedAt: null,
      priority: "medium",
      dueDate: null,
      createdAt: expect.any(Date) as Date,
      updatedAt: task.createdAt,
      revision: 1,
    });
    expect(await getTask(actor, 1)).toEqual(task);
  });

  it("keeps every field as it was given", async () => {
    const actor = await newActor();
    const given = {
      title: "ÄÖ 🧺 'quote\" \\ %_",
      description: "one\ntwo\t😀",
      priority: "high",
      dueDate: "2028-02-29",
      completed: true,
    } as const;
    const task = await createTask(actor, given);
    expect(await getTask(actor, task.number)).toMatchObject({ ...given, completedAt: task.createdAt });
  });

  it("takes an empty description as one", async () => {
    expect((await createTask(await newActor(), { title: "a", description: "" })).description).toBe("");
  });
});

describe("updateTask", () => {
  it("changes the given field alone", async () => {
    const actor = await actorWith({ title: "a", description: "b", priority: "low", dueDate: "2026-05-05" });
    const before = await getTask(actor, 1);
    for (const change of [
      { title: "new" },
      { description: "new" },
      { description: null },
      { priority: "high" as const },
      { dueDate: "2027-01-01" },
      { dueDate: null },
    ]) {
      const was = await getTask(actor, 1);
      const changed = await updateTask(actor, 1, change);
      expect(changed).toEqual({ ...was, ...change, updatedAt: changed.updatedAt, revision: was.revision + 1 });
      expect(await getTask(actor, 1)).toEqual(changed);
    }
    expect((await getTask(actor, 1)).createdAt).toEqual(before.createdAt);
  });

  it("changes nothing when nothing is given, not even the time of change", async () => {
    const actor = await actorWith({ title: "a" });
    const before = await getTask(actor, 1);
    expect(await updateTask(actor, 1, {})).toEqual(before);
    expect(await updateTask(actor, 1, { title: undefined, completed: undefined })).toEqual(before);
    expect(await getTask(actor, 1)).toEqual(before);
  });

  it("keeps the moment of completion when a completed task is completed again, and forgets it on reopening", async () => {
    const actor = await actorWith({ title: "a" });
    const completed = await updateTask(actor, 1, { completed: true });
    expect(completed.completedAt).toBeInstanceOf(Date);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
    try {
      const again = await updateTask(actor, 1, { completed: true, title: "b" });
      expect(again.completedAt).toEqual(completed.completedAt);
      expect(again.updatedAt.getTime()).toBeGreaterThan(completed.updatedAt.getTime());
    } finally {
      vi.useRealTimers();
    }
    expect(await updateTask(actor, 1, { completed: false })).toMatchObject({ completed: false, completedAt: null });
    expect(await updateTask(actor, 1, { completed: false })).toMatchObject({ completed: false, completedAt: null });
  });

  it("is found by its new text and no longer by its old", async () => {
    const actor = await actorWith({ title: "Äpfel", description: "Birnen" });
    await updateTask(actor, 1, { title: "Ölkanne", description: null });
    expect(await titles(actor, { q: "öLK" })).toEqual(["Ölkanne"]);
    expect(await titles(actor, { q: "äpfel" })).toEqual([]);
    expect(await titles(actor, { q: "birnen" })).toEqual([]);
  });

  it("does not find a number that the actor has not", async () => {
    const actor = await newActor();
    await expect(updateTask(actor, 1, { title: "a" })).rejects.toBeInstanceOf(NotFound);
    await expect(updateTask(actor, 1, {})).rejects.toBeInstanceOf(NotFound);
  });
});

describe("toggleTask", () => {
  it("completes an open task and reopens a completed one", async () => {
    const actor = await actorWith({ title: "a" });
    expect(await toggleTask(actor, 1)).toMatchObject({ completed: true, completedAt: expect.any(Date) as Date });
    expect(await toggleTask(actor, 1)).toMatchObject({ completed: false, completedAt: null });
  });

  it("loses none of eleven parallel calls, and completion always has its moment", async () => {
    const actor = await actorWith({ title: "a" });
    const answers = await Promise.all(Array.from({ length: 11 }, () => toggleTask(actor, 1)));
    expect(answers.filter(({ completed }) => completed)).toHaveLength(6);
    for (const { completed, completedAt } of answers) expect(completedAt !== null).toBe(completed);
    expect(await getTask(actor, 1)).toMatchObject({ completed: true, completedAt: expect.any(Date) as Date });
  });

  it("ends where it began after ten parallel calls", async () => {
    const actor = await actorWith({ title: "a" });
    await Promise.all(Array.from({ length: 10 }, () => toggleTask(actor, 1)));
    expect(await getTask(actor, 1)).toMatchObject({ completed: false, completedAt: null });
  });
});

describe("deleteTask", () => {
  it("answers what is gone, and exactly one of ten parallel calls finds it", async () => {
    const actor = await actorWith({ title: "a" }, { title: "b" });
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => deleteTask(actor, 1)));
    const done = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.title] : []));
    expect(done).toEqual(["a"]);
    for (const outcome of outcomes) if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(NotFound);
    expect(await titles(actor, {})).toEqual(["b"]);
  });
});

describe("another user's task", () => {
  it("cannot be named by any function", async () => {
    const owner = await actorWith({ title: "mine", description: "private" });
    const before = await getTask(owner, 1);
    const stranger = await newActor();
    await expect(getTask(stranger, 1)).rejects.toBeInstanceOf(NotFound);
    await expect(updateTask(stranger, 1, { title: "theirs" })).rejects.toBeInstanceOf(NotFound);
    await expect(toggleTask(stranger, 1)).rejects.toBeInstanceOf(NotFound);
    await expect(deleteTask(stranger, 1)).rejects.toBeInstanceOf(NotFound);
    expect(await listTasks(stranger, { ...plain, q: "private" })).toEqual({ tasks: [], total: 0, next: null });
    expect(await getTask(owner, 1)).toEqual(before);
  });
});

describe("listTasks: filters", () => {
  it("by state and by priority, alone and together", async () => {
    const actor = await actorWith(
      { title: "low open", priority: "low" },
      { title: "high open", priority: "high" },
      { title: "high done", priority: "high", completed: true },
    );
    expect(await titles(actor, { completed: false })).toEqual(["high open", "low open"]);
    expect(await titles(actor, { completed: true })).toEqual(["high done"]);
    expect(await titles(actor, { priority: "high" })).toEqual(["high done", "high open"]);
    expect(await titles(actor, { priority: "high", completed: false })).toEqual(["high open"]);
    expect(await titles(actor, { priority: "medium" })).toEqual([]);
  });

  it("by due day, both bounds included; tasks without a day are in neither", async () => {
    const days = ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"];
    const actor = await actorWith(...days.map((dueDate) => ({ title: dueDate, dueDate })), { title: "none" });
    expect((await titles(actor, { dueBefore: "2026-03-02" })).sort()).toEqual(days.slice(0, 2));
    expect((await titles(actor, { dueAfter: "2026-03-03" })).sort()).toEqual(days.slice(2));
    expect((await titles(actor, { dueAfter: "2026-03-02", dueBefore: "2026-03-03" })).sort()).toEqual(days.slice(1, 3));
    expect(await titles(actor, { dueAfter: "2026-03-04", dueBefore: "2026-03-03" })).toEqual([]);
  });
});

describe("listTasks: search", () => {
  it.each([
    ["in the title", "milk", ["Buy MILK"]],
    ["in the description", "oats", ["Buy MILK"]],
    ["in the middle of a word", "uy mi", ["Buy MILK"]],
    ["% is a letter", "%", ["100% sure"]],
    ["_ is a letter", "_", ["snake_case"]],
    ["a backslash is a letter", "\\", ["C:\\temp"]],
    ["a quote is a letter", "'", ["it's"]],
    ["several of them", "100%", ["100% sure"]],
    ["umlauts in any case", "ÄPFEL", ["äpfel und Öl"]],
    ["umlauts, small", "öl", ["äpfel und Öl"]],
    ["Greek", "καλημέρα", ["ΚΑΛΗΜΈΡΑ"]],
    ["Cyrillic", "ПРИВЕТ", ["привет"]],
    ["emoji", "🧺", ["Wäsche 🧺"]],
    ["a star stands for itself", "*", []],
    ["a question mark stands for itself", "?", []],
    ["what is nowhere", "nothing of the kind", []],
  ])("%s", async (_rule, q, expected) => {
    const actor = await actorWith(
      { title: "Buy MILK", description: "and Oats" },
      { title: "100% sure" },
      { title: "snake_case" },
      { title: "C:\\temp" },
      { title: "it's" },
      { title: "äpfel und Öl" },
      { title: "ΚΑΛΗΜΈΡΑ" },
      { title: "привет" },
      { title: "Wäsche 🧺" },
    );
    expect(await titles(actor, { q })).toEqual(expected);
  });

  it("together with the other filters", async () => {
    const actor = await actorWith({ title: "tea", completed: true }, { title: "teapot" }, { title: "coffee" });
    expect(await titles(actor, { q: "TEA", completed: false })).toEqual(["teapot"]);
  });
});

describe("listTasks: order", () => {
  // In the order of their creation; the letter tells the creation too.
  const tasks: NewTask[] = [
    { title: "b1", priority: "high", dueDate: "2026-04-02" },
    { title: "A2", priority: "low" },
    { title: "b3", priority: "low", dueDate: "2026-04-01" },
    { title: "ä4", priority: "high", dueDate: "2026-04-02" },
    { title: "B1", priority: "medium" },
    { title: "a2", priority: "medium", dueDate: "2026-04-03" },
  ];
  const orders: [SortOrder, string, string[]][] = [
    ["created_at", "oldest first", ["b1", "A2", "b3", "ä4", "B1", "a2"]],
    ["-created_at", "newest first", ["a2", "B1", "ä4", "b3", "A2", "b1"]],
    ["due_date", "soonest first, without a day last, ties by newest", ["b3", "ä4", "b1", "a2", "B1", "A2"]],
    ["-due_date", "latest first, without a day last, ties by newest", ["a2", "ä4", "b1", "b3", "B1", "A2"]],
    ["priority", "low to high, ties by newest", ["b3", "A2", "a2", "B1", "ä4", "b1"]],
    ["-priority", "high to low, ties by newest", ["ä4", "b1", "a2", "B1", "b3", "A2"]],
    ["title", "by title without case, ties by newest", ["a2", "A2", "B1", "b1", "b3", "ä4"]],
    ["-title", "backwards by title, ties by newest", ["ä4", "b3", "B1", "b1", "a2", "A2"]],
  ];
  it.each(orders)("%s: %s", async (sort, _rule, expected) => {
    expect(await titles(await actorWith(...tasks), { sort })).toEqual(expected);
  });

  it("created_at: of tasks made in the same moment the numbers follow the direction", async () => {
    const actor = await actorWith({ title: "1" }, { title: "2" }, { title: "3" });
    await db().task.updateMany({
      where: { userId: actor.userId, number: { in: [2, 3] } },
      data: { createdAt: new Date(0) },
    });
    expect(await titles(actor, { sort: "created_at" })).toEqual(["2", "3", "1"]);
    expect(await titles(actor, { sort: "-created_at" })).toEqual(["1", "3", "2"]);
  });

  it.each(["due_date", "-due_date", "priority", "-priority", "title", "-title"] as const)(
    "%s: tasks that are alike down to the moment are newest first",
    async (sort) => {
      const actor = await actorWith({ title: "same" }, { title: "same" }, { title: "same" });
      await db().task.updateMany({ where: { userId: actor.userId }, data: { createdAt: new Date(0) } });
      const { tasks } = await listTasks(actor, { ...plain, sort });
      expect(tasks.map(({ number }) => number)).toEqual([3, 2, 1]);
    },
  );
});

describe("listTasks: pages", () => {
  it("shows the right part, and the total of what matches", async () => {
    const actor = await actorWith(
      ...Array.from({ length: 7 }, (_, at) => ({ title: `${at}`, completed: at % 2 === 0 })),
    );
    const page = async (query: Partial<TaskQuery>) => {
      const { tasks, total } = await listTasks(actor, { ...plain, sort: "created_at", ...query });
      return [tasks.map(({ title }) => title).join(""), total];
    };
    expect(await page({ limit: 3, offset: 0 })).toEqual(["012", 7]);
    expect(await page({ limit: 3, offset: 3 })).toEqual(["345", 7]);
    expect(await page({ limit: 3, offset: 6 })).toEqual(["6", 7]);
    expect(await page({ limit: 2, offset: 2, completed: true })).toEqual(["46", 4]);
  });

  it.each([7, 8, 1_000, Number.MAX_SAFE_INTEGER])("knows the total past the end: offset %d", async (offset) => {
    const actor = await actorWith(...Array.from({ length: 7 }, (_, at) => ({ title: `${at}` })));
    expect(await listTasks(actor, { ...plain, offset })).toEqual({ tasks: [], total: 7, next: null });
  });

  it("knows that nothing is nothing", async () => {
    expect(await listTasks(await newActor(), plain)).toEqual({ tasks: [], total: 0, next: null });
    expect(await listTasks(await newActor(), { ...plain, offset: 50 })).toEqual({ tasks: [], total: 0, next: null });
  });
});
