import { json } from "~/api/api-route.server";
import { inV1, named } from "~/api/operation-parts";
import { operation } from "~/api/operation.server";
import { NotFound } from "~/core/errors";
import { newTodoBody, todoChangeBody, todoListQuery } from "~/tasks/domain/task-schema";
import { createTask, deleteTask, getTask, listTasks, updateTask } from "~/tasks/domain/tasks.server";
import { location, todoAnswer } from "./answers";
import { taskNumber } from "./parameters.server";
import { todoToJson } from "./task-json";

/**
 * Tasks under `/api/v1`: the paths, fields and words that clients of FastAPI-style back ends expect. The operations
 * call the same domain functions as the rest of `/api` (docs/api-v1.md).
 */

const ofOneTodo = {
  ...inV1,
  path: "/api/v1/todos/:id",
  params: { id: taskNumber },
  errors: [404],
  reword: (error: unknown) => (error instanceof NotFound ? new NotFound("Todo not found") : undefined),
} as const;

const list = operation({
  ...inV1,
  method: "GET",
  path: "/api/v1/todos",
  operationId: "v1ListTodos",
  summary: "List todos (v1)",
  description: "The tasks of the token's user, the newest first.",
  scope: "tasks:read",
  query: todoListQuery,
  answers: { 200: { description: "Some of them.", body: { list: todoAnswer } } },
  async run({ caller, query: { skip, limit } }) {
    const { tasks } = await listTasks(caller.actor, { sort: "-created_at", limit, offset: skip });
    return json(tasks.map(todoToJson));
  },
});

const create = operation({
  ...inV1,
  method: "POST",
  path: "/api/v1/todos",
  operationId: "v1CreateTodo",
  summary: "Add a todo (v1)",
  description: "A task of medium priority, without description and date.",
  scope: "tasks:write",
  body: { json: named("V1NewTodo", newTodoBody) },
  answers: { 201: { description: "The new one.", body: todoAnswer, headers: { Location: location } } },
  async run({ caller, body }) {
    const task = await createTask(caller.actor, body);
    return json(todoToJson(task), 201, { Location: `/api/v1/todos/${task.number}` });
  },
});

const read = operation({
  ...ofOneTodo,
  method: "GET",
  operationId: "v1ReadTodo",
  summary: "Read a todo (v1)",
  description: "One task of the token's user; another user's is not there.",
  scope: "tasks:read",
  answers: { 200: { description: "The todo.", body: todoAnswer } },
  async run({ caller, params }) {
    return json(todoToJson(await getTask(caller.actor, params.id)));
  },
});

const change = operation({
  ...ofOneTodo,
  method: "PUT",
  operationId: "v1UpdateTodo",
  summary: "Change a todo (v1)",
  description: "Changes the fields that are sent. None: nothing changes.",
  scope: "tasks:write",
  body: { json: named("V1TodoChange", todoChangeBody), optional: true },
  answers: { 200: { description: "The todo as it is now.", body: todoAnswer } },
  async run({ caller, params, body }) {
    return json(todoToJson(await updateTask(caller.actor, params.id, body)));
  },
});

const remove = operation({
  ...ofOneTodo,
  method: "DELETE",
  operationId: "v1DeleteTodo",
  summary: "Delete a todo (v1)",
  description: "Its number is not given out again.",
  scope: "tasks:write",
  answers: { 204: { description: "The todo is gone." } },
  async run({ caller, params }) {
    await deleteTask(caller.actor, params.id);
    return new Response(null, { status: 204 });
  },
});

export const todoOperations = [list, create, read, change, remove];
