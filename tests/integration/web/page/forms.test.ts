import { randomUUID } from "node:crypto";
import path from "node:path";
import type { z } from "zod";
import { afterAll, beforeAll, expect, it } from "vitest";
import { db } from "~/core/data/db.server";
import { config } from "~/core/settings/config.server";
import { createToken } from "~/identity/domain/tokens/personal-tokens.server";
import { startSetup } from "~/identity/domain/two-step/two-step.server";
import { makeToken, type TokenPurpose } from "~/services/one-time-tokens/one-time-tokens.server";
import { taskFields, formProperties } from "~/tasks/domain/task-fields";
import { createTask } from "~/tasks/domain/tasks.server";
import { withTotp } from "../../../support/factors";
import { cookiesAfter, submit, textOf, visit } from "../../../support/http";
import { startMailServer, type TestMailServer } from "../../../support/mail";
import { pages } from "../../../support/pages";
import { client, cookieOf, newUser, openSession, password } from "../../../support/people";
import { startServer, type RunningServer } from "../../../support/server";

/*
 * Forms and their schemas know the same fields: a name that a page draws and its schema lacks would be dropped without a
 * word, and a field that no page draws could never be filled in.
 */

/** What no page draws as it comes from the server, and why it is taken all the same. */
const drawnByNoPage: Record<string, string> = {
  "/login passkey response": "the browser's answer to the question for a passkey",
  "/login passkey remember": "the button of the passkey sends it along from the checkbox of the other form",
  "/login/second-factor passkey response": "the browser's answer to the question for a passkey",
  "/settings/passkeys/add add name": "the form is drawn where scripts find that the browser knows passkeys",
  "/settings/passkeys/add add response": "the browser's answer to the question for a passkey",
  "/tasks/:id complete": "a page of an earlier version has a form of its own for the button",
  "/tasks/:id reopen": "a page of an earlier version has a form of its own for the button",
};

/** Names that belong to the way in which forms are sent, and to no form's own fields. */
const ofEveryForm = ["intent", "formKey"];

type Forms = Record<string, { schema: z.ZodObject }>;

const app = path.resolve(import.meta.dirname, "../../../../app");

/** The forms of every page by the address of its action. */
async function readForms(): Promise<Map<string, Forms>> {
  const found = new Map<string, Forms>();
  for (const { address, file } of pages) {
    const { action } = (await import(path.join(app, file))) as { action?: { forms?: Forms } };
    if (action?.forms) found.set(address, action.forms);
  }
  return found;
}

/** A form as a page draws it: where it is sent, which form of that page it is, and its fields. */
type Drawn = { address: string; intent: string; names: string[]; on: string };

const attributesOf = (tag: string): Record<string, string> =>
  Object.fromEntries([...tag.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]));

/** The address of the table that an address of the site belongs to. */
const addressOf = (place: string): string =>
  pages.find(({ address }) => new RegExp(`^${address.replace(/:\w+/g, "[^/]+")}$`).test(place))?.address ?? "";

function formsIn(html: string, on: string, forms: Map<string, Forms>): Drawn[] {
  return [...html.matchAll(/<form\b([^>]*)>([^]*?)<\/form>/g)].flatMap(([, tag = "", content = ""]) => {
    const { method, action } = attributesOf(tag);
    if (method !== "post") return [];
    const address = addressOf(new URL(action ?? on, "http://localhost").pathname);
    const fields = [...content.matchAll(/<(?:input|select|textarea|button)\b([^>]*)>/g)]
      .map(([, field = ""]) => attributesOf(field))
      .filter(({ name }) => name !== undefined);
    const names = fields.map(({ name = "" }) => name).filter((name) => !ofEveryForm.includes(name));
    const intents = fields.filter(({ name }) => name === "intent").map(({ value = "" }) => value);
    const [first = ""] = Object.keys(forms.get(address) ?? {});
    return (intents.length ? intents : [first]).map((intent) => ({ address, intent, names, on }));
  });
}

let mailServer: TestMailServer;
let server: RunningServer;
let forms: Map<string, Forms>;
let drawn: Drawn[];

beforeAll(async () => {
  mailServer = await startMailServer();
  const { databaseUrl } = config();
  const env = { PUBLIC_URL: "https://tasks.example.com", SMTP_URL: mailServer.url, EMAIL_VERIFICATION: "required" };
  server = await startServer({ databaseUrl, env });
  forms = await readForms();
  drawn = [];
  for (const [place, cookie] of await places()) {
    const { status, text } = await visit(server.url, place, { cookie });
    expect([place, status]).toEqual([place, 200]);
    drawn.push(...formsIn(text, place, forms));
  }
});

afterAll(async () => {
  await server.stop();
  await mailServer.stop();
});

/** Every page in the states in which it draws its forms, with the cookie of whoever sees it so. */
async function places(): Promise<[string, string?][]> {
  const secure = async (session: Awaited<ReturnType<typeof openSession>>) => cookieOf(session, { secure: true });
  const session = await openSession(await newUser());
  const { user, actor } = session;
  await openSession(user);
  await createTask(actor, { title: "open" });
  await createTask(actor, { title: "done", completed: true });
  const expiresAt = new Date(Date.now() + 86_400_000);
  await createToken(actor, { id: randomUUID(), name: "a token", scopes: ["tasks:read"], expiresAt }, client);
  const passkey = { id: randomUUID(), userId: user.id, name: "a key", publicKey: "public", counter: 0n };
  await db().passkey.create({ data: { ...passkey, transports: "", backedUp: false, createdAt: new Date() } });
  const cookie = await secure(session);

  const withApp = await newUser({ verified: true });
  await withTotp(withApp);
  const settingUp = await openSession(await newUser());
  await startSetup(settingUp.actor);
  const link = async (place: string, purpose: TokenPurpose) => {
    const { id, email } = await newUser();
    return `${place}?token=${await makeToken(purpose, { userId: id, email })}`;
  };
  const firstStep = await submit(server.url, "/login", { email: withApp.email, password });
  const cookieWithApp = await secure(await openSession(withApp));
  return [
    ["/login"],
    ["/login/second-factor", cookiesAfter(firstStep)],
    [`/signup?invitation=${await makeToken("invitation", {})}`],
    ["/forgot-password"],
    [await link("/reset-password", "reset-password")],
    [await link("/verify-email", "verify-email")],
    [await link("/confirm-email", "change-email")],
    [await link("/undo-email", "undo-email")],
    ["/settings", cookie],
    ["/settings/confirm", cookieWithApp],
    ["/settings/email", cookie],
    ["/settings/two-step", cookie],
    ["/settings/two-step", cookieWithApp],
    ["/settings/two-step/setup", await secure(settingUp)],
    ["/settings/passkeys", cookie],
    ["/settings/passkeys/add", cookie],
    [`/settings/passkeys/${passkey.id}`, cookie],
    ["/settings/tokens", cookie],
    ["/settings/log", cookie],
    ["/settings/data", cookie],
    ["/settings/delete", cookie],
    ["/tasks", cookie],
    ["/tasks/1", cookie],
    ["/tasks/2", cookie],
    ["/tasks/1/delete", cookie],
  ];
}

it("every form is sent to a page that knows it", () => {
  const unknown = drawn.filter(({ address, intent }) => !Object.hasOwn(forms.get(address) ?? {}, intent));
  expect(unknown).toEqual([]);
  expect(drawn.length).toBeGreaterThan(40);
});

/** The names that forms draw and their schemas lack. */
const strangersIn = (all: Drawn[]): string[] =>
  all.flatMap(({ address, intent, names, on }) => {
    const shape = forms.get(address)?.[intent]?.schema.shape ?? {};
    return names.filter((name) => !Object.hasOwn(shape, name)).map((name) => `${on} draws ${name} in ${intent}`);
  });

it("what a form draws is a field of its schema", () => {
  expect(strangersIn(drawn)).toEqual([]);
});

it("a name that is none is noticed", () => {
  const html = '<form method="post" action="/tasks?page=2"><input name="title"/><select name="colour"></select></form>';
  expect(strangersIn(formsIn(html, "/tasks", forms))).toEqual(["/tasks draws colour in add"]);
});

it("every form, and every field of its schema, is drawn, or there is a reason", () => {
  const missing: string[] = [];
  for (const [address, ofPage] of forms)
    for (const [intent, { schema }] of Object.entries(ofPage)) {
      const found = drawn.filter((form) => form.address === address && form.intent === intent);
      const names = new Set(found.flatMap(({ names }) => names));
      const fields = Object.keys(schema.shape);
      if (!found.length && !fields.length) missing.push(`${address} ${intent}`);
      missing.push(...fields.filter((name) => !names.has(name)).map((name) => `${address} ${intent} ${name}`));
    }
  expect(missing.sort()).toEqual(Object.keys(drawnByNoPage).sort());
});

it.each(["/tasks", "/tasks/1"])("the fields of a task are called on %s what their table calls them", async (place) => {
  const { text } = await visit(server.url, place, { cookie: await ownerOfATask() });
  const labels = [...text.matchAll(/<label\b([^>]*)>([^]*?)<\/label>/g)].map(([, tag = "", content = ""]) => ({
    id: attributesOf(tag).for,
    label: textOf(content),
  }));
  const idOf = (name: string) =>
    [...text.matchAll(/<(?:input|select|textarea)\b([^>]*)>/g)]
      .map(([, tag = ""]) => attributesOf(tag))
      .find((field) => field.name === name)?.id;
  for (const property of formProperties)
    expect(labels).toContainEqual({ id: idOf(property), label: taskFields[property].write.label });
});

async function ownerOfATask(): Promise<string> {
  const session = await openSession(await newUser());
  await createTask(session.actor, { title: "a task" });
  return cookieOf(session, { secure: true });
}
