import { signAccessToken } from "~/identity/edge/access-token.server";
import { requireApiActor } from "~/web/guards.server";
import { refreshBody, signInBody, signInForm, signUpBody } from "~/identity/domain/account/account-schema";
import { WrongCredentials } from "~/identity/domain/sign-in/sign-in.server";
import { openAccount } from "~/identity/domain/sign-up/sign-up.server";
import { NotFound, Unauthenticated } from "~/core/errors";
import { refreshSession, type RefreshedSession } from "~/identity/domain/sessions/refresh-tokens.server";
import type { OpenedSession } from "~/identity/domain/sessions/sessions.server";
import { newTodoBody, todoChangeBody, todoListQuery } from "~/tasks/domain/task-schema";
import { createTask, deleteTask, getTask, listTasks, parseTaskNumber, updateTask } from "~/tasks/domain/tasks.server";
import { readForm, readJson } from "~/api/api-body.server";
import { json, type ApiRequest } from "~/api/api-route.server";
import { parseWith } from "~/web/body/parse";
import { confirmFirst, signInWith, userToJson } from "./auth.server";
import { todoToJson } from "~/tasks/api/task-json";

/**
 * The second dialect, `/api/v1`: the paths, fields and words that clients of FastAPI-style back ends expect, over the
 * same functions as the rest of `/api` (docs/api-v1.md).
 */

/** Its clients keep one refresh token and never store a new one. */
const oneRefreshToken = { via: "bearer", rotates: false } as const;

type Handler = (api: ApiRequest) => Promise<Response>;

/** A handler whose errors are said in this dialect's words. */
const inItsWords =
  (handle: Handler): Handler =>
  async (api) => {
    try {
      return await handle(api);
    } catch (error) {
      if (error instanceof WrongCredentials) throw new Unauthenticated("Incorrect email or password");
      if (error instanceof NotFound) throw new NotFound("Todo not found");
      throw error;
    }
  };

const tokensToJson = async ({ actor, user }: Pick<RefreshedSession, "actor" | "user">, refreshToken: string) => ({
  access_token: await signAccessToken(actor, user),
  refresh_token: refreshToken,
  token_type: "bearer",
});

const sessionAnswer = async (session: OpenedSession) => ({
  user: userToJson(session.user),
  tokens: await tokensToJson(session, session.secret),
});

export async function register({ request, context }: ApiRequest): Promise<Response> {
  const session = await openAccount(await readJson(request, signUpBody), oneRefreshToken, context.client);
  return session ? json(await sessionAnswer(session), 201) : confirmFirst();
}

export const login = inItsWords(async ({ request, context }) => {
  const body = await readForm(request, signInForm);
  return json(await sessionAnswer(await signInWith(body, oneRefreshToken, context.client)));
});

export const loginJson = inItsWords(async ({ request, context }) => {
  const body = await readJson(request, signInBody);
  return json(await sessionAnswer(await signInWith(body, oneRefreshToken, context.client)));
});

/** `POST /api/auth/signin`: an access token alone, so its session is one like any other. */
export const signin = inItsWords(async ({ request, context }) => {
  const { actor, user } = await signInWith(await readJson(request, signInBody), { via: "bearer" }, context.client);
  return json({ token: await signAccessToken(actor, user) });
});

export async function refresh({ request, context }: ApiRequest): Promise<Response> {
  const { refresh_token } = await readJson(request, refreshBody);
  const session = await refreshSession(refresh_token, context.client);
  return json(await tokensToJson(session, session.refreshToken));
}

export async function listTodos(api: ApiRequest): Promise<Response> {
  const actor = await requireApiActor(api, "tasks:read");
  const { skip, limit } = parseWith(todoListQuery, Object.fromEntries(api.url.searchParams));
  const { tasks } = await listTasks(actor, { sort: "-created_at", limit, offset: skip });
  return json(tasks.map(todoToJson));
}

export async function createTodo(api: ApiRequest): Promise<Response> {
  const actor = await requireApiActor(api, "tasks:write");
  const task = await createTask(actor, await readJson(api.request, newTodoBody));
  return json(todoToJson(task), 201, { Location: `/api/v1/todos/${task.number}` });
}

export const readTodo = inItsWords(async (api) => {
  const actor = await requireApiActor(api, "tasks:read");
  return json(todoToJson(await getTask(actor, parseTaskNumber(api.params.id))));
});

export const updateTodo = inItsWords(async (api) => {
  const actor = await requireApiActor(api, "tasks:write");
  const number = parseTaskNumber(api.params.id);
  const change = await readJson(api.request, todoChangeBody, { optional: true });
  return json(todoToJson(await updateTask(actor, number, change)));
});

export const deleteTodo = inItsWords(async (api) => {
  const actor = await requireApiActor(api, "tasks:write");
  await deleteTask(actor, parseTaskNumber(api.params.id));
  return new Response(null, { status: 204 });
});
