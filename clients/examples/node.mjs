// Holdfast's API with Node's own fetch: signs in (or up), and does once everything that a task can go through.
//
//   HOLDFAST_URL=http://localhost:3000 EMAIL=you@example.com PASSWORD='your password' node clients/examples/node.mjs
import { randomUUID } from "node:crypto";

const { HOLDFAST_URL, EMAIL, PASSWORD } = process.env;
if (!HOLDFAST_URL || !EMAIL || !PASSWORD) {
  console.error("Set HOLDFAST_URL (such as http://localhost:3000), EMAIL and PASSWORD");
  process.exit(1);
}

/** An old refresh token is soon good for nothing, so both are replaced together, before anything else is done. */
let tokens;

/**
 * Sends a request and fails unless the answer's status is one of those that are expected.
 *
 * @param {number[]} expected
 * @param {string} method
 * @param {string} path
 * @param {{ body?: object, headers?: Record<string, string> }} [more]
 */
async function call(expected, method, path, { body, headers } = {}) {
  const answer = await fetch(new URL(path, HOLDFAST_URL), {
    method,
    headers: {
      ...(tokens && { Authorization: `Bearer ${tokens.access_token}` }),
      ...(body && { "Content-Type": "application/json" }),
      ...headers,
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  if (!expected.includes(answer.status)) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
  return { status: answer.status, headers: answer.headers, body: text && JSON.parse(text) };
}

const account = { email: EMAIL, password: PASSWORD };
const signedIn = await call([200, 401], "POST", "/api/auth/login", { body: account });
tokens = (signedIn.status === 200 ? signedIn : await call([201], "POST", "/api/auth/signup", { body: account })).body;
console.log(`Signed ${signedIn.status === 200 ? "in" : "up"} as ${EMAIL}`);

// With a key of one's own a request can be sent again when its answer was lost: it stays one task.
const wish = {
  body: { title: "Try the API with Node", priority: "high" },
  headers: { "Idempotency-Key": randomUUID() },
};
const added = await call([201], "POST", "/api/tasks", wish);
const again = await call([201], "POST", "/api/tasks", wish);
if (again.body.id !== added.body.id) throw new Error("The same key has added two tasks");
const task = added.headers.get("Location");
const seen = added.headers.get("ETag");
console.log(`Added task ${added.body.id}, asked for twice`);

// A cursor does not shift when tasks come and go meanwhile. Only the path of the next page is taken from the header:
// the token is for this server alone.
const tasks = [];
let pages = 0;
for (let path = "/api/tasks?limit=50&cursor="; path; pages++) {
  const page = await call([200], "GET", path);
  tasks.push(...page.body);
  const next = /<([^>]*)>; rel="next"/.exec(page.headers.get("Link"))?.[1];
  path = next && new URL(next).pathname + new URL(next).search;
}
if (!tasks.some(({ id }) => id === added.body.id)) throw new Error("The new task is not in the list");
console.log(`Listed ${tasks.length} tasks, pages: ${pages}`);

await call([200], "PATCH", `${task}/complete`, { body: { completed: true }, headers: { "If-Match": seen } });
console.log(`Completed task ${added.body.id}`);

// The state of before is not the task's any more, so nothing is changed.
await call([412], "DELETE", task, { headers: { "If-Match": seen } });
const now = await call([200], "GET", task);
await call([204], "DELETE", task, { headers: { "If-Match": now.headers.get("ETag") } });
console.log("Deleted it, after an older state was refused");

const { refresh_token } = tokens;
tokens = (await call([200], "POST", "/api/auth/refresh", { body: { refresh_token } })).body;
console.log("Refreshed the tokens");

await call([200], "POST", "/api/auth/logout");
await call([401], "GET", "/api/auth/me");
console.log("Signed out");
