import { createHash } from "node:crypto";
import { requireApiActor } from "~/web/guards.server";
import type { Actor } from "~/core/actor";
import { Forbidden } from "~/core/errors";
import type { Task } from "~/tasks/domain/task";
import { completionBody, newTaskBody, taskChangeBody, taskListQuery } from "~/tasks/domain/task-schema";
import {
  createTask,
  deleteTask,
  getTask,
  listTasks,
  parseTaskNumber,
  toggleTask,
  updateTask,
} from "~/tasks/domain/tasks.server";
import { readJson } from "~/api/api-body.server";
import type { Scope } from "~/core/scopes";
import { json, type ApiRequest } from "~/api/api-route.server";
import { completeAnswer } from "~/web/server/complete-answer.server";
import { HttpError } from "~/web/http-error";
import { parseWith } from "~/web/body/parse";
import { hasAlready, seenBy, taskTag } from "./conditional";
import { cursorLinks, pageLinks } from "./page-links";
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
async function requireOwner({ request, context, params }: ApiRequest, scope: Scope): Promise<Actor> {
  const actor = await requireApiActor({ request, context }, scope);
  if (params.userId !== undefined && params.userId !== actor.userId)
    throw new Forbidden("Not authorized to access these tasks");
  return actor;
}

const answerTask = (task: Task, status = 200, headers: Record<string, string> = {}) =>
  json(taskToJson(task), status, { ...headers, ETag: taskTag(task) });

const notModified = (tag: string) => new Response(null, { status: 304, headers: { ETag: tag } });

export async function list(api: ApiRequest): Promise<Response> {
  const actor = await requireOwner(api, "tasks:read");
  const parsed = parseWith(taskListQuery, Object.fromEntries(api.url.searchParams));
  const { tasks, total, next } = await listTasks(actor, taskQueryFromUrl(parsed));
  const { limit, offset, cursor } = parsed;
  const { origin } = api.context;
  const link =
    cursor === undefined
      ? pageLinks(api.url, { limit, offset, total }, origin)
      : cursorLinks(api.url, { limit, next }, origin);
  const body = JSON.stringify(tasks.map(taskToJson));
  const tag = `"${createHash("sha256").update(`${total} ${link} ${body}`).digest("base64url").slice(0, 22)}"`;
  if (hasAlready(api.request, tag)) return notModified(tag);
  const headers = { "Content-Type": "application/json", "X-Total-Count": String(total), Link: link, ETag: tag };
  return completeAnswer(body, { headers });
}

/**
 * The client's key for a creation that it may ask for again.
 *
 * @throws {HttpError} 400 if it is empty, longer than 255 characters or not plain
 */
function idempotencyKey({ request }: ApiRequest): string | undefined {
  const key = request.headers.get("Idempotency-Key");
  if (key === null) return undefined;
  if (!/^[\x20-\x7e]{1,255}$/.test(key))
    throw new HttpError(400, "Idempotency-Key must be 1 to 255 printable ASCII characters");
  return key;
}

export async function create(api: ApiRequest): Promise<Response> {
  const actor = await requireOwner(api, "tasks:write");
  const once = idempotencyKey(api);
  const task = await createTask(actor, newTaskFromJson(await readJson(api.request, newTaskBody)), once);
  return answerTask(task, 201, { Location: `${api.url.pathname.replace(/\/$/, "")}/${task.number}` });
}

export async function read(api: ApiRequest): Promise<Response> {
  const actor = await requireOwner(api, "tasks:read");
  const task = await getTask(actor, parseTaskNumber(api.params.id));
  return hasAlready(api.request, taskTag(task)) ? notModified(taskTag(task)) : answerTask(task);
}

export async function update(api: ApiRequest): Promise<Response> {
  const actor = await requireOwner(api, "tasks:write");
  const number = parseTaskNumber(api.params.id);
  const change = taskChangeFromJson(await readJson(api.request, taskChangeBody, { optional: true }));
  return answerTask(await updateTask(actor, number, change, seenBy(api.request)));
}

export async function remove(api: ApiRequest): Promise<Response> {
  const actor = await requireOwner(api, "tasks:write");
  await deleteTask(actor, parseTaskNumber(api.params.id), seenBy(api.request));
  return new Response(null, { status: 204 });
}

export async function complete(api: ApiRequest): Promise<Response> {
  const actor = await requireOwner(api, "tasks:write");
  const number = parseTaskNumber(api.params.id);
  const { completed } = await readJson(api.request, completionBody, { optional: true });
  const seen = seenBy(api.request);
  return answerTask(
    completed === undefined
      ? await toggleTask(actor, number, seen)
      : await updateTask(actor, number, { completed }, seen),
  );
}
