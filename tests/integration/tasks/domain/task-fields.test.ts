import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { db } from "~/core/data/db.server";
import { Invalid } from "~/core/errors";
import { taskToJson } from "~/tasks/api/task-json";
import type { NewTask } from "~/tasks/domain/task";
import { taskExport } from "~/tasks/domain/task-export.server";
import { bodyProperties, fieldOf, taskFields } from "~/tasks/domain/task-fields";
import { createTask, getTask, updateTask } from "~/tasks/domain/tasks.server";
import { newActor } from "../../../support/people";

/* Each field of the table goes all the way: into the database and out of it, into JSON, exports and the digest of a wish. */

/** Something else than a new task holds by itself. A field that is added needs one. */
const other: Required<NewTask> = {
  title: "Another title",
  description: "Something",
  completed: true,
  priority: "high",
  dueDate: "2026-12-01",
};

describe.each(bodyProperties)("%s", (property) => {
  it("is written by a creation and by a change, and read again", async () => {
    const actor = await newActor();
    const wish = { title: "A title", [property]: other[property] };
    const created = await createTask(actor, wish);
    expect(created[property]).toEqual(other[property]);
    expect(await getTask(actor, created.number)).toEqual(created);

    const plain = await createTask(actor, { title: "A title" });
    expect(plain[property]).not.toEqual(other[property]);
    const changed = await updateTask(actor, plain.number, { [property]: other[property] });
    expect(changed[property]).toEqual(other[property]);
    expect(await getTask(actor, plain.number)).toEqual(changed);
  });

  it("is in JSON and in the export, under one name", async () => {
    const actor = await newActor();
    const task = await createTask(actor, { title: "A title", [property]: other[property] });
    const name = taskFields[property].json;
    expect(taskToJson(task)[name]).toEqual(other[property]);
    const [part] = taskExport;
    if (!part || !("pages" in part)) throw new Error("no list of tasks");
    const items: object[] = [];
    for await (const page of part.pages(actor)) items.push(...page);
    expect(items).toMatchObject([fieldOf(property).exported ? { [name]: other[property] } : {}]);
  });

  it("makes another wish of a creation that is asked for with the same key", async () => {
    const actor = await newActor();
    const first = await createTask(actor, { title: "A title" }, "a key");
    expect(await createTask(actor, { title: "A title" }, "a key")).toEqual(first);
    const another = createTask(actor, { title: "A title", [property]: other[property] }, "a key");
    await expect(another).rejects.toBeInstanceOf(Invalid);
  });
});

it("the digest of a wish is as it always was: a key that an earlier version has stored is good for a day", async () => {
  const actor = await newActor();
  await createTask(actor, { title: "A title", dueDate: "2026-12-01" }, "a key");
  const { request } = await db().idempotencyKey.findFirstOrThrow({ where: { userId: actor.userId } });
  const text = '["A title",null,null,"2026-12-01",null]';
  expect(request).toBe(createHash("sha256").update(text).digest("base64url"));
});
