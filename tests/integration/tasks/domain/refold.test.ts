import { beforeEach, describe, expect, it } from "vitest";
import { db } from "~/core/data/db.server";
import { continueStep, isUnfinished, startSteps } from "~/core/data/data-steps.server";
import type { Actor } from "~/core/actor";
import { refoldTasks } from "~/tasks/domain/refold.server";
import { forgetOldKeys } from "~/tasks/domain/task-keys.server";
import { createTask, listTasks, updateTask } from "~/tasks/domain/tasks.server";
import { newActor } from "../../../support/people";

const name = "fold-task-keys";
const atOnce = () => Promise.resolve();
const never = new AbortController().signal;

beforeEach(() => db().dataStep.update({ where: { name }, data: { position: null, finishedAt: null } }));

/** Tasks as an earlier version has written them: in the form they were typed in, with keys in lower case. */
async function oldTasks(actor: Actor, ...texts: [title: string, description?: string][]): Promise<void> {
  const at = new Date(0);
  await db().task.createMany({
    data: texts.map(([title, description], index) => ({
      ...{ userId: actor.userId, number: index + 1, title, titleKey: title.toLowerCase() },
      ...{ description, descriptionKey: description?.toLowerCase(), createdAt: at, updatedAt: at },
    })),
  });
  await db().user.update({ where: { id: actor.userId }, data: { lastTaskNumber: texts.length } });
}

const found = async (actor: Actor, q: string) =>
  (await listTasks(actor, { q, sort: "created_at", limit: 100, offset: 0 })).tasks.map(({ number }) => number).sort();

const rows = (actor: Actor) => db().task.findMany({ where: { userId: actor.userId }, orderBy: { number: "asc" } });

describe("texts of an earlier version", () => {
  it("are found by what they were found by before, until they are brought up to date, and by today's form then", async () => {
    const actor = await newActor();
    await oldTasks(actor, ["Cafe\u0301", "Straße"], ["İstanbul"], ["Plain", "text"]);
    expect(await found(actor, "Cafe\u0301")).toEqual([1]);
    expect(await found(actor, "straße")).toEqual([1]);
    expect(await found(actor, "plain")).toEqual([3]);
    expect(await continueStep(refoldTasks, never, atOnce)).toBe(true);
    expect(await found(actor, "CAFÉ")).toEqual([1]);
    expect(await found(actor, "STRASSE")).toEqual([1]);
    expect(await found(actor, "istanbul")).toEqual([2]);
    expect(await found(actor, "plain")).toEqual([3]);
    expect(await rows(actor)).toMatchObject([
      { title: "Café", titleKey: "café", description: "Straße", descriptionKey: "strasse", revision: 2 },
      // Nobody sees the keys: the task is as it was.
      { title: "İstanbul", titleKey: "istanbul", description: null, descriptionKey: null, revision: 1 },
      { title: "Plain", titleKey: "plain", description: "text", descriptionKey: "text", revision: 1 },
    ]);
    for (const { updatedAt } of await rows(actor)) expect(updatedAt).toEqual(new Date(0));
  });

  it.each(["no place", "null", "{}", "[]", '["u"]', '["u","1"]', '["u",1e12]'])(
    "are gone through from the front where the place that was reached cannot be read: %s",
    async (position) => {
      const actor = await newActor();
      await oldTasks(actor, ["e\u0301"]);
      await db().dataStep.update({ where: { name }, data: { position } });
      expect(await continueStep(refoldTasks, never, atOnce)).toBe(true);
      expect(await rows(actor)).toMatchObject([{ title: "\u00e9" }]);
    },
  );

  it("are gone through some at a time, on from where it stopped", async () => {
    const actors = [await newActor(), await newActor()];
    for (const actor of actors) await oldTasks(actor, ...Array.from({ length: 60 }, (): [string] => ["e\u0301"]));
    const stopping = new AbortController();
    let lots = 0;
    const stopAfterTwo = () => {
      lots += 1;
      if (lots === 2) stopping.abort();
      return Promise.resolve();
    };
    expect(await continueStep(refoldTasks, stopping.signal, stopAfterTwo)).toBe(false);
    const left = () => db().task.count({ where: { title: "e\u0301" } });
    const halfway = await left();
    expect(halfway).toBeGreaterThan(0);
    expect(halfway).toBeLessThan(120);
    expect(await isUnfinished(name)).toBe(true);

    const seen: (string | null)[] = [];
    const spying = { name, run: (position: string | null) => (seen.push(position), refoldTasks.run(position)) };
    expect(await continueStep(spying, never, atOnce)).toBe(true);
    expect(seen[0]).not.toBeNull();
    expect(await left()).toBe(0);
    expect(await isUnfinished(name)).toBe(false);
    expect(await continueStep(spying, never, atOnce)).toBe(true);
    expect(seen.filter((position) => position === seen[0])).toHaveLength(1);
  });

  it("are left to another process that is at it", async () => {
    const overtaken = {
      name,
      run: async () => {
        await db().dataStep.update({ where: { name }, data: { position: "elsewhere" } });
        return "here";
      },
    };
    expect(await continueStep(overtaken, never, atOnce)).toBe(false);
    expect(await db().dataStep.findUniqueOrThrow({ where: { name } })).toMatchObject({ position: "elsewhere" });
  });

  it("are left alone where they were changed meanwhile, and new ones are in form from the start", async () => {
    const actor = await newActor();
    await oldTasks(actor, ["Ole\u0301", "e\u0301"]);
    await updateTask(actor, 1, { title: "Ñandú" });
    await createTask(actor, { title: "Straße" });
    expect(await continueStep(refoldTasks, never, atOnce)).toBe(true);
    expect(await rows(actor)).toMatchObject([
      { title: "Ñandú", titleKey: "ñandú", description: "é", descriptionKey: "é" },
      { title: "Straße", titleKey: "strasse", revision: 1 },
    ]);
  });

  it("a failure is told and does not end it, and a stop ends it at once", async () => {
    const failing = { ...refoldTasks, run: () => Promise.reject(new Error("no rows")) };
    const failure = await new Promise((resolve) => {
      const { stop } = startSteps([failing], (error) => void stop().then(() => resolve(error)));
    });
    expect(failure).toBeInstanceOf(Error);
    expect(await isUnfinished(name)).toBe(true);
  });
});

it("once all is in form, a search looks for nothing but that", async () => {
  forgetOldKeys();
  const actor = await newActor();
  await oldTasks(actor, ["Straße"]);
  expect(await found(actor, "straße")).toEqual([]);
});
