import type { ActionFunctionArgs, AppLoadContext } from "@remix-run/node";
import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { keepSealed, settleSubmission } from "~/services/submissions/submissions.server";
import { findDraft, keepDraft, takeDraft } from "~/web/page/draft.server";
import { makeFormKey, openFormKey, submissionName } from "~/web/page/form-key.server";
import { once } from "~/web/page/once.server";
import { sealBox } from "~/web/page/sealed-box.server";

/* What an earlier version has kept in a shape of its own counts as not kept, and is no error. */

const address = "http://localhost/login?redirect=%2Ftasks";

const edge = (cookie: string): ActionFunctionArgs => ({
  request: new Request(address, { headers: { Cookie: cookie } }),
  params: {},
  context: {
    origin: "http://localhost",
    client: { address: "203.0.113.1", userAgent: "a browser" },
    answerHeaders: new Headers(),
  } as AppLoadContext,
});

const malformed: [what: string, text: string][] = [
  ["no JSON", "{"],
  ["nothing", ""],
  ["null", "null"],
  ["a value of another kind", "7"],
  ["an object of another shape", '{"version":2}'],
];

describe("the outcome of a form", () => {
  const written = { status: 303, headers: [["Location", "/first"]], body: "" };
  const outcome = { answer: written, cookies: ["a=b"], holders: [] };

  /** What a second arrival of a form is answered when this is kept of the first. */
  async function arriveAgain(kept: string): Promise<{ location: string | null; cookies: string[] }> {
    const key = openFormKey(makeFormKey(null, null));
    const args = edge("");
    const { client } = args.context;
    const sender = `client ${client.address} ${client.userAgent}`;
    const { id, sealKey } = submissionName([key?.text ?? "", sender, "/login", "email", "a"]);
    settleSubmission(id, sealBox(sealKey, Buffer.from(kept)));
    const fields = new FormData();
    fields.set("email", "a");
    const perform = () => Promise.resolve(new Response(null, { status: 303, headers: { Location: "/again" } }));
    const answer = (await once(args, key, fields, perform)) as Response;
    return { location: answer.headers.get("Location"), cookies: args.context.answerHeaders.getSetCookie() };
  }

  it("is answered again where it can be read", async () => {
    expect(await arriveAgain(JSON.stringify(outcome))).toEqual({ location: "/first", cookies: ["a=b"] });
  });

  it.each([
    ...malformed,
    ["a status that is none", JSON.stringify({ ...outcome, answer: { ...written, status: 99 } })],
    [
      "headers of another form",
      JSON.stringify({ ...outcome, answer: { ...written, headers: { Location: "/first" } } }),
    ],
    ["no cookies", JSON.stringify({ ...outcome, cookies: undefined })],
    ["holders of another kind", JSON.stringify({ ...outcome, holders: [1] })],
  ])("counts as not kept where it is %s", async (_what, kept) => {
    expect(await arriveAgain(kept)).toEqual({ location: "/again", cookies: [] });
  });
});

describe("what was sent when a session had ended", () => {
  const draft = { userId: "u", path: "/tasks", fields: [["title", "a"]] as [string, string][] };

  /** Keeps a text where a draft would be; the answer is the cookie that leads to it. */
  async function keep(text: string): Promise<string> {
    const secret = randomBytes(16).toString("base64url");
    const { id, sealKey } = submissionName(["draft", secret]);
    await keepSealed(id, sealBox(sealKey, Buffer.from(text)), 60_000);
    return `holdfast_draft=${secret}`;
  }

  it("is found where it can be read", async () => {
    expect(await findDraft(edge(await keep(JSON.stringify(draft))))).toEqual(draft);
  });

  it.each([
    ...malformed,
    ["fields of another form", JSON.stringify({ ...draft, fields: { title: "a" } })],
    ["nobody's", JSON.stringify({ ...draft, userId: undefined })],
  ])("counts as not kept where it is %s", async (_what, text) => {
    const cookie = await keep(text);
    expect(await findDraft(edge(cookie))).toBeNull();
    expect(await takeDraft(edge(cookie), "u")).toBeNull();
  });

  it("is found behind one that cannot be read", async () => {
    const first = edge(await keep("{"));
    await keepDraft(first, draft);
    const [cookie = ""] = first.context.answerHeaders.getSetCookie();
    const [both = ""] = cookie.split(";");
    const [newer, older] = decodeURIComponent(both.slice("holdfast_draft=".length)).split(".");
    expect(await findDraft(edge(`holdfast_draft=${older}.${newer}`))).toEqual(draft);
  });
});
