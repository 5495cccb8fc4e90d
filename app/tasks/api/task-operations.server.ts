import { createHash } from "node:crypto";
import { json } from "~/api/api-route.server";
import { named } from "~/api/operation-parts";
import { operation } from "~/api/operation.server";
import type { Task } from "~/tasks/domain/task";
import { completionBody, newTaskBody, taskChangeBody, taskListQuery } from "~/tasks/domain/task-schema";
import { createTask, deleteTask, getTask, listTasks, toggleTask, updateTask } from "~/tasks/domain/tasks.server";
import { completeAnswer } from "~/web/server/complete-answer.server";
import { eTag, link, location, taskAnswer, totalCount } from "./answers";
import { taskTag } from "./conditional";
import { cursorLinks, pageLinks } from "./page-links";
import { idempotencyKey, ifMatch, ifNoneMatch, taskNumber } from "./parameters.server";
import { newTaskFromJson, taskChangeFromJson, taskQueryFromUrl, taskToJson } from "./task-json";

/** The operations on tasks, for both forms of their paths: `/api/tasks…` and `/api/{user_id}/tasks…`. */

const ofTasks = {
  tag: { name: "Tasks", description: "The tasks of the token's user." },
  owned: { refusal: "Not authorized to access these tasks" },
} as const;

const tagged = { ETag: eTag };

const taskAsItIsNow = { 200: { description: "The task as it is now.", body: taskAnswer, headers: tagged } };

const answerTask = (task: Task, status = 200, headers: Record<string, string> = {}) =>
  json(taskToJson(task), status, { ...headers, ETag: taskTag(task) });

const notModified = (tag: string) => new Response(null, { status: 304, headers: { ETag: tag } });

const list = operation({
  ...ofTasks,
  method: "GET",
  path: "/api/tasks",
  operationId: "listTasks",
  summary: "List tasks",
  description: "The tasks of the token's user.",
  scope: "tasks:read",
  query: taskListQuery,
  headers: { matchesIfNoneMatch: ifNoneMatch },
  answers: {
    200: {
      description: "One page of tasks.",
      body: { list: taskAnswer },
      headers: { ...tagged, Link: link, "X-Total-Count": totalCount },
    },
    304: { description: "The client has this answer already.", headers: tagged },
  },
  async run({ caller, query, headers, url, context: { origin } }) {
    const { tasks, total, next } = await listTasks(caller.actor, taskQueryFromUrl(query));
    const { limit, offset, cursor } = query;
    const links =
      cursor === undefined
        ? pageLinks(url, { limit, offset, total }, origin)
        : cursorLinks(url, { limit, next }, origin);
    const body = JSON.stringify(tasks.map(taskToJson));
    const tag = `"${createHash("sha256").update(`${total} ${links} ${body}`).digest("base64url").slice(0, 22)}"`;
    if (headers.matchesIfNoneMatch(tag)) return notModified(tag);
    const about = { "Content-Type": "application/json", "X-Total-Count": String(total), Link: links, ETag: tag };
    return completeAnswer(body, { headers: about });
  },
});

const create = operation({
  ...ofTasks,
  method: "POST",
  path: "/api/tasks",
  operationId: "createTask",
  summary: "Add a task",
  description: "With an `Idempotency-Key` it can be sent again without adding the task twice.",
  scope: "tasks:write",
  headers: { idempotencyKey },
  body: { json: named("NewTask", newTaskBody) },
  answers: { 201: { description: "The new task.", body: taskAnswer, headers: { ...tagged, Location: location } } },
  async run({ caller, headers, body, url }) {
    const task = await createTask(caller.actor, newTaskFromJson(body), headers.idempotencyKey);
    return answerTask(task, 201, { Location: `${url.pathname.replace(/\/$/, "")}/${task.number}` });
  },
});

const read = operation({
  ...ofTasks,
  method: "GET",
  path: "/api/tasks/:id",
  operationId: "readTask",
  summary: "Read a task",
  description: "One task of the token's user; another user's is not there.",
  scope: "tasks:read",
  params: { id: taskNumber },
  headers: { matchesIfNoneMatch: ifNoneMatch },
  answers: {
    200: { description: "The task.", body: taskAnswer, headers: tagged },
    304: { description: "The client has this state already.", headers: tagged },
  },
  errors: [404],
  async run({ caller, params, headers }) {
    const task = await getTask(caller.actor, params.id);
    return headers.matchesIfNoneMatch(taskTag(task)) ? notModified(taskTag(task)) : answerTask(task);
  },
});

const change = (method: "PUT" | "PATCH", operationId: string) =>
  operation({
    ...ofTasks,
    method,
    path: "/api/tasks/:id",
    operationId,
    summary: "Change a task",
    description: "Changes the fields that are sent; PUT and PATCH are the same. None: nothing changes.",
    scope: "tasks:write",
    params: { id: taskNumber },
    headers: { ifMatch },
    body: { json: taskChange, optional: true },
    answers: taskAsItIsNow,
    errors: [404, 412],
    async run({ caller, params, headers, body }) {
      return answerTask(await updateTask(caller.actor, params.id, taskChangeFromJson(body), headers.ifMatch()));
    },
  });

const taskChange = named("TaskChange", taskChangeBody);

const remove = operation({
  ...ofTasks,
  method: "DELETE",
  path: "/api/tasks/:id",
  operationId: "deleteTask",
  summary: "Delete a task",
  description: "Its number is not given out again.",
  scope: "tasks:write",
  params: { id: taskNumber },
  headers: { ifMatch },
  answers: { 204: { description: "The task is gone." } },
  errors: [404, 412],
  async run({ caller, params, headers }) {
    await deleteTask(caller.actor, params.id, headers.ifMatch());
    return new Response(null, { status: 204 });
  },
});

const complete = operation({
  ...ofTasks,
  method: "PATCH",
  path: "/api/tasks/:id/complete",
  operationId: "completeTask",
  summary: "Complete or reopen a task",
  description: "Without a body it toggles; with `completed` it sets.",
  scope: "tasks:write",
  params: { id: taskNumber },
  headers: { ifMatch },
  body: { json: named("Completion", completionBody), optional: true },
  answers: taskAsItIsNow,
  errors: [404, 412],
  async run({ caller: { actor }, params: { id }, headers, body: { completed } }) {
    const seen = headers.ifMatch();
    return answerTask(
      completed === undefined ? await toggleTask(actor, id, seen) : await updateTask(actor, id, { completed }, seen),
    );
  },
});

export const taskOperations = [
  ...[list, create],
  ...[read, change("PUT", "replaceTask"), change("PATCH", "updateTask"), remove],
  complete,
];
