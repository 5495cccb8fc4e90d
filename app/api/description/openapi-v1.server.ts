import { newTodoBody, todoChangeBody, todoListQuery } from "~/tasks/domain/task-schema";
import { signinAnswer, todoAnswer, v1SessionAnswer, v1TokensAnswer } from "./answer-schema";
import {
  answered,
  bodyOf,
  formOf,
  open,
  param,
  queryParameters,
  readsBody,
  refused,
  schemaOf,
} from "./openapi-parts.server";

/** The part of the description that is about the second dialect (docs/api-v1.md). */

export const v1Tag = {
  name: "v1",
  description: "The same accounts and tasks for clients written for FastAPI-style back ends.",
};

export const v1Schemas = {
  V1NewTodo: schemaOf(newTodoBody),
  V1TodoChange: schemaOf(todoChangeBody),
  V1Todo: schemaOf(todoAnswer, "output"),
  V1Tokens: schemaOf(v1TokensAnswer, "output"),
  V1Session: schemaOf(v1SessionAnswer, "output"),
  V1Token: schemaOf(signinAnswer, "output"),
};

const tags = [v1Tag.name];

const signIn = {
  tags,
  ...open,
  responses: {
    ...answered(200, "The account, and tokens of a new session.", "V1Session"),
    ...refused(...readsBody, 401, 403, 429),
  },
};

export const v1Paths = {
  "/api/v1/auth/register": {
    post: {
      tags,
      operationId: "v1Register",
      summary: "Create an account (v1)",
      description: "As `/api/auth/signup`, 202 included.",
      ...open,
      ...bodyOf("SignUp", true),
      responses: {
        ...answered(201, "The account, and its first tokens.", "V1Session"),
        ...answered(202, "A mail is on its way to the address.", "MailSent"),
        ...refused(...readsBody, 403, 429),
      },
    },
  },
  "/api/v1/auth/login": {
    post: {
      operationId: "v1Login",
      summary: "Sign in with a form (v1)",
      description: "Opens a session whose refresh token stays the same until its end.",
      ...formOf("SignInForm"),
      ...signIn,
    },
  },
  "/api/v1/auth/login/json": {
    post: {
      operationId: "v1LoginJson",
      summary: "Sign in (v1)",
      description: "Opens a session whose refresh token stays the same until its end.",
      ...bodyOf("SignIn", true),
      ...signIn,
    },
  },
  "/api/v1/auth/refresh": {
    post: {
      tags,
      operationId: "v1Refresh",
      summary: "Get a new access token (v1)",
      description:
        "The refresh token of a session that was opened below `/api/v1` comes back as it was; any other one is exchanged.",
      ...open,
      ...bodyOf("Refresh", true),
      responses: {
        ...answered(200, "A new access token of the same session.", "V1Tokens"),
        ...refused(...readsBody, 401, 429),
      },
    },
  },
  "/api/v1/auth/me": {
    get: {
      tags,
      operationId: "v1ReadMe",
      summary: "Read the account (v1)",
      description: "The account that the token belongs to.",
      responses: { ...answered(200, "The account.", "User"), ...refused(400, 401, 403, 429) },
    },
  },
  "/api/v1/auth/logout": {
    post: {
      tags,
      operationId: "v1Logout",
      summary: "Sign out (v1)",
      description: "Ends the session; its tokens are refused from then on.",
      responses: { ...answered(200, "The session is gone.", "Message"), ...refused(400, 401, 403, 413, 429) },
    },
  },
  "/api/v1/todos": {
    get: {
      tags,
      operationId: "v1ListTodos",
      summary: "List todos (v1)",
      description: "The tasks of the token's user, the newest first.",
      parameters: queryParameters(todoListQuery),
      responses: { ...answered(200, "Some of them.", ["V1Todo"]), ...refused(400, 401, 403, 422, 429) },
    },
    post: {
      tags,
      operationId: "v1CreateTodo",
      summary: "Add a todo (v1)",
      description: "A task of medium priority, without description and date.",
      ...bodyOf("V1NewTodo", true),
      responses: {
        ...answered(201, "The new one.", "V1Todo", { Location: "Location" }),
        ...refused(...readsBody, 401, 403, 429),
      },
    },
  },
  "/api/v1/todos/{id}": {
    parameters: param("TaskId"),
    get: {
      tags,
      operationId: "v1ReadTodo",
      summary: "Read a todo (v1)",
      description: "One task of the token's user; another user's is not there.",
      responses: { ...answered(200, "The todo.", "V1Todo"), ...refused(400, 401, 403, 404, 429) },
    },
    put: {
      tags,
      operationId: "v1UpdateTodo",
      summary: "Change a todo (v1)",
      description: "Changes the fields that are sent. None: nothing changes.",
      ...bodyOf("V1TodoChange", false),
      responses: {
        ...answered(200, "The todo as it is now.", "V1Todo"),
        ...refused(...readsBody, 401, 403, 404, 429),
      },
    },
    delete: {
      tags,
      operationId: "v1DeleteTodo",
      summary: "Delete a todo (v1)",
      description: "Its number is not given out again.",
      responses: { ...answered(204, "The todo is gone."), ...refused(400, 401, 403, 404, 413, 429) },
    },
  },
  "/api/auth/signin": {
    post: {
      tags,
      operationId: "signInForToken",
      summary: "Sign in for an access token alone",
      description: "For clients that know no refresh token: signed in as long as the access token lives.",
      ...open,
      ...bodyOf("SignIn", true),
      responses: {
        ...answered(200, "An access token of a new session.", "V1Token"),
        ...refused(...readsBody, 401, 403, 429),
      },
    },
  },
};
