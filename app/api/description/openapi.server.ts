import { profileBody, refreshBody, signInBody, signInForm, signUpBody } from "~/identity/domain/account/account-schema";
import { completionBody, newTaskBody, taskChangeBody, taskListQuery } from "~/tasks/domain/task-schema";
import packageJson from "../../../package.json";
import {
  mailSentAnswer,
  messageAnswer,
  problemAnswer,
  refreshAnswer,
  taskAnswer,
  tokensAnswer,
  userAnswer,
} from "./answer-schema";
import {
  answered,
  bodyOf,
  headers,
  open,
  param,
  parameters,
  queryParameters,
  quotaHeaders,
  readsBody,
  refused,
  responses,
  schemaOf,
} from "./openapi-parts.server";
import { v1Paths, v1Schemas, v1Tag } from "./openapi-v1.server";

/**
 * The description of `/api` (OpenAPI 3.1), made of the same schemas that read the requests. The tests hold every answer
 * of the whole suite against it, so it cannot say anything else than the program does.
 */

const schemas = {
  NewTask: schemaOf(newTaskBody),
  TaskChange: schemaOf(taskChangeBody),
  Completion: schemaOf(completionBody),
  SignUp: schemaOf(signUpBody),
  SignIn: schemaOf(signInBody),
  SignInForm: schemaOf(signInForm),
  Refresh: schemaOf(refreshBody),
  ProfileChange: schemaOf(profileBody),
  Task: schemaOf(taskAnswer, "output"),
  User: schemaOf(userAnswer, "output"),
  Tokens: schemaOf(tokensAnswer, "output"),
  RefreshedTokens: schemaOf(refreshAnswer, "output"),
  Message: schemaOf(messageAnswer, "output"),
  MailSent: schemaOf(mailSentAnswer, "output"),
  Problem: schemaOf(problemAnswer, "output"),
};

const tagged = { ETag: "ETag" } as const;

const paths = {
  "/api/auth/signup": {
    post: {
      tags: ["Accounts"],
      operationId: "signUp",
      summary: "Create an account",
      description:
        "Creates an account and signs it in. Where the server asks for a confirmed address first, the answer is 202 for new and known addresses alike.",
      ...open,
      ...bodyOf("SignUp", true),
      responses: {
        ...answered(201, "The account's first tokens.", "Tokens"),
        ...answered(202, "A mail is on its way to the address.", "MailSent"),
        ...refused(...readsBody, 403, 429),
      },
    },
  },
  "/api/auth/login": {
    post: {
      tags: ["Accounts"],
      operationId: "signIn",
      summary: "Sign in",
      description:
        "Opens a session. An account with two-step sign-in needs `totp_code` or `backup_code` too: without one the answer is a 401 whose `type` ends in `/second-factor-required`.",
      ...open,
      ...bodyOf("SignIn", true, "SignInForm"),
      responses: {
        ...answered(200, "Tokens of a new session.", "Tokens"),
        ...refused(...readsBody, 401, 403, 429),
      },
    },
  },
  "/api/auth/refresh": {
    post: {
      tags: ["Accounts"],
      operationId: "refresh",
      summary: "Exchange a refresh token",
      description:
        "Answers the next refresh token. Sent again within 60 seconds, by a client that lost the answer or shares the token, the same token is answered with the same next one, as long as that has not been used. Later, or once it has, the token counts as stolen and ends the session.",
      ...open,
      ...bodyOf("Refresh", true),
      responses: {
        ...answered(200, "New tokens of the same session.", "RefreshedTokens"),
        ...refused(...readsBody, 401, 429),
      },
    },
  },
  "/api/auth/logout": {
    post: {
      tags: ["Accounts"],
      operationId: "signOut",
      summary: "Sign out",
      description: "Ends the session; its tokens are refused from then on.",
      responses: { ...answered(200, "The session is gone.", "Message"), ...refused(400, 401, 403, 413, 429) },
    },
  },
  "/api/auth/me": {
    get: {
      tags: ["Accounts"],
      operationId: "readMe",
      summary: "Read the account",
      description: "The account that the token belongs to.",
      responses: { ...answered(200, "The account.", "User"), ...refused(400, 401, 403, 429) },
    },
    patch: {
      tags: ["Accounts"],
      operationId: "updateMe",
      summary: "Change the account",
      description: "Changes the fields that are sent.",
      ...bodyOf("ProfileChange", true),
      responses: { ...answered(200, "The account as it is now.", "User"), ...refused(...readsBody, 401, 403, 429) },
    },
  },
  "/api/tasks": {
    get: {
      tags: ["Tasks"],
      operationId: "listTasks",
      summary: "List tasks",
      description: "The tasks of the token's user.",
      parameters: [...queryParameters(taskListQuery), ...param("IfNoneMatch")],
      responses: {
        ...answered(200, "One page of tasks.", ["Task"], { ...tagged, Link: "Link", "X-Total-Count": "TotalCount" }),
        ...answered(304, "The client has this answer already.", undefined, tagged),
        ...refused(400, 401, 403, 422, 429),
      },
    },
    post: {
      tags: ["Tasks"],
      operationId: "createTask",
      summary: "Add a task",
      description: "With an `Idempotency-Key` it can be sent again without adding the task twice.",
      parameters: param("IdempotencyKey"),
      ...bodyOf("NewTask", true),
      responses: {
        ...answered(201, "The new task.", "Task", { ...tagged, Location: "Location" }),
        ...refused(...readsBody, 401, 403, 429),
      },
    },
  },
  "/api/tasks/{id}": {
    parameters: param("TaskId"),
    get: {
      tags: ["Tasks"],
      operationId: "readTask",
      summary: "Read a task",
      description: "One task of the token's user; another user's is not there.",
      parameters: param("IfNoneMatch"),
      responses: {
        ...answered(200, "The task.", "Task", tagged),
        ...answered(304, "The client has this state already.", undefined, tagged),
        ...refused(400, 401, 403, 404, 429),
      },
    },
    ...Object.fromEntries(
      [
        ["put", "replaceTask"],
        ["patch", "updateTask"],
      ].map(([method = "", operationId]) => [
        method,
        {
          tags: ["Tasks"],
          operationId,
          summary: "Change a task",
          description: "Changes the fields that are sent; PUT and PATCH are the same. None: nothing changes.",
          parameters: param("IfMatch"),
          ...bodyOf("TaskChange", false),
          responses: {
            ...answered(200, "The task as it is now.", "Task", tagged),
            ...refused(...readsBody, 401, 403, 404, 412, 429),
          },
        },
      ]),
    ),
    delete: {
      tags: ["Tasks"],
      operationId: "deleteTask",
      summary: "Delete a task",
      description: "Its number is not given out again.",
      parameters: param("IfMatch"),
      responses: { ...answered(204, "The task is gone."), ...refused(400, 401, 403, 404, 412, 413, 429) },
    },
  },
  "/api/tasks/{id}/complete": {
    parameters: param("TaskId"),
    patch: {
      tags: ["Tasks"],
      operationId: "completeTask",
      summary: "Complete or reopen a task",
      description: "Without a body it toggles; with `completed` it sets.",
      parameters: param("IfMatch"),
      ...bodyOf("Completion", false),
      responses: {
        ...answered(200, "The task as it is now.", "Task", tagged),
        ...refused(...readsBody, 401, 403, 404, 412, 429),
      },
    },
  },
  "/api/openapi.json": {
    get: {
      tags: ["Description"],
      operationId: "readDescription",
      summary: "Read this description",
      description: "OpenAPI 3.1.",
      ...open,
      responses: {
        200: { description: "This document.", content: { "application/json": { schema: { type: "object" } } } },
        ...refused(400),
      },
    },
  },
};

/** What is refused before any operation is asked, whether it wants a body or not. */
const refusedAnywhere = refused(400, 413, 414, 415);

function withRefusals(item: object): object {
  return Object.fromEntries(
    Object.entries(item as Record<string, object>).map(([key, operation]) => {
      if (!("responses" in operation)) return [key, operation];
      const own = operation.responses as Record<string, object>;
      const responses = { ...refusedAnywhere, ...("security" in operation ? own : withQuota(own)) };
      return [key, { ...operation, responses }];
    }),
  );
}

const withQuota = (responses: Record<string, object>) =>
  Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [
      status,
      "$ref" in response
        ? response
        : { ...response, headers: { ...("headers" in response ? (response.headers as object) : {}), ...quotaHeaders } },
    ]),
  );

/**
 * The description as a document.
 *
 * @param origin - the site's own origin, under which its paths are
 * @param dialects.v1 - is the second dialect served?
 */
export const openApiDocument = (origin: string, dialects: { v1: boolean }) => ({
  openapi: "3.1.0",
  info: {
    title: "Holdfast",
    version: packageJson.version,
    description: [
      "Tasks and accounts of a Holdfast server. Every error is a problem document (RFC 9457).",
      "",
      "The calls of tasks stand below `/api/{user_id}/tasks` as well, the owner named in the path; any other user's id than the token's own is a 403 before anything else is looked at.",
    ].join("\n"),
    contact: { name: "Whoever runs this server", url: origin },
    license: { name: "As Holdfast itself", identifier: "LicenseRef-Holdfast" },
  },
  // Relative: the server that the document came from, by whatever name it is reached.
  servers: [{ url: "/", description: "This server" }],
  security: [{ bearer: [] }, { form: [] }],
  tags: [
    { name: "Tasks", description: "The tasks of the token's user." },
    { name: "Accounts", description: "Signing up, in and out, and the account itself." },
    { name: "Description", description: "What this interface says of itself." },
    ...(dialects.v1 ? [v1Tag] : []),
  ],
  paths: Object.fromEntries(
    Object.entries({ ...paths, ...(dialects.v1 ? v1Paths : {}) }).map(([path, item]) => [path, withRefusals(item)]),
  ),
  components: {
    securitySchemes: {
      bearer: {
        type: "http",
        scheme: "bearer",
        bearerFormat: "JWT",
        description: "An access token, or a personal access token with the scope.",
      },
      form: {
        type: "oauth2",
        description: "The sign-in as a form, for clients that know OAuth 2's password grant.",
        flows: { password: { tokenUrl: "/api/auth/login", refreshUrl: "/api/auth/refresh", scopes: {} } },
      },
    },
    schemas: dialects.v1 ? { ...schemas, ...v1Schemas } : schemas,
    responses,
    headers,
    parameters,
  },
});
