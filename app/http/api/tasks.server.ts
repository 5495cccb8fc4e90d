import { requireApiActor } from "~/auth/require-actor.server";
import type { Actor } from "~/domain/actor";
import { Forbidden } from "~/domain/errors";
import { completionBody, newTaskBody, taskChangeBody, taskListQuery } from "~/domain/tasks/task-schema";
import {
  createTask,
  deleteTask,
  getTask,
  listTasks,
  parseTaskNumber,
  toggleTask,
  updateTask,
} from "~/domain/tasks/tasks.server";
import { readJson } from "../api-body.server";
import { json, type ApiRequest } from "../api-route.server";
import { parseWith } from "../parse";
import { pageLinks } from "./page-links";
import { newTaskFromJson, taskChangeFromJson, taskQueryFromUrl, taskToJson } from "./task-json";

/**
 * The six operations on tasks, once for both forms of their paths: `/api/tasks…` and `/api/{user_id}/tasks…`.
 */

/**
 * The actor; where the path names an owner, it must be the actor, before anything else is looked at.
 *
 * @throws {Unauthenticated}
 * @throws {Forbidden}
 */
async function requireOwner({ request, context, params }: ApiRequest): Promise<Actor> {
  const actor = await requireApiActor({ request, context });
  if (params.userId !== undefined && params.userId !== actor.userId)
    throw new Forbidden("Not authorized to access these tasks");
  return actor;
}

export async function list(api: ApiRequest): Promise<Response> {
  const actor = await requireOwner(api);
  const query = taskQueryFromUrl(parseWith(taskListQuery, Object.fromEntries(api.url.searchParams)));
  const { tasks, total } = await listTasks(actor, query);
  return json(tasks.map(taskToJson), 200, {
    "X-Total-Count": String(total),
    Link: pageLinks(api.url, { limit: query.limit, offset: query.offset, total }, api.context.origin),
  });
}

export async function create(api: ApiRequest): Promise<Response> {
  const actor = await requireOwner(api);
  const task = await createTask(actor, newTaskFromJson(await readJson(api.request, newTaskBody)));
  return json(taskToJson(task), 201, { Location: `${api.url.pathname.replace(/\/$/, "")}/${task.number}` });
}

export async function read(api: ApiRequest): Promise<Response> {
  const actor = await requireOwner(api);
  return json(taskToJson(await getTask(actor, parseTaskNumber(api.params.id))));
}

export async function update(api: ApiRequest): Promise<Response> {
  const actor = await requireOwner(api);
  const number = parseTaskNumber(api.params.id);
  const change = taskChangeFromJson(await readJson(api.request, taskChangeBody, { optional: true }));
  return json(taskToJson(await updateTask(actor, number, change)));
}

export async function remove(api: ApiRequest): Promise<Response> {
  const actor = await requireOwner(api);
  await deleteTask(actor, parseTaskNumber(api.params.id));
  return new Response(null, { status: 204 });
}

export async function complete(api: ApiRequest): Promise<Response> {
  const actor = await requireOwner(api);
  const number = parseTaskNumber(api.params.id);
  const { completed } = await readJson(api.request, completionBody, { optional: true });
  const task =
    completed === undefined ? await toggleTask(actor, number) : await updateTask(actor, number, { completed });
  return json(taskToJson(task));
}
