import type { ActionFunctionArgs } from "@remix-run/node";
import { expect, it } from "vitest";
import { installSurfaces } from "~/features.server";
import { z } from "zod";
import { form, formAction } from "~/web/page/page.server";

await installSurfaces();

const asked = new Response("who are you?", { status: 403 });

/** An action whose form asks for a proof unless `proofPassword` is there. */
const ran: unknown[] = [];
const kept: [string, string][][] = [];
const action = formAction({
  other: form(z.object({}), () => Promise.resolve(new Response())),
  note: form(
    z.object({ title: z.string().min(1), text: z.string().default(""), secret: z.string().default("") }),
    ({ value }) => {
      ran.push(value);
      return Promise.resolve(new Response());
    },
    {
      secrets: ["secret"],
      // eslint-disable-next-line @typescript-eslint/require-await -- a check that need not wait
      proof: async (_args, submitted, fields) => {
        kept.push(fields);
        if (!submitted.has("proofPassword")) throw asked;
        return {};
      },
    },
  ),
});

function send(fields: [string, string][]) {
  const request = new Request("http://localhost/", { method: "POST", body: new URLSearchParams(fields) });
  const args = {
    request,
    params: {},
    context: { answerHeaders: new Headers(), caller: Promise.resolve(null) },
  } as unknown as ActionFunctionArgs;
  return action(args);
}

it("a form that asks for a proof keeps what was typed, secrets excepted, and does nothing before", async () => {
  const typed: [string, string][] = [
    ["intent", "note"],
    ["title", 'A "title" & more'],
    ["text", "two\nlines"],
    ["secret", "hidden"],
    ["unknown", "dropped"],
  ];
  await expect(send(typed)).rejects.toBe(asked);
  expect(ran).toEqual([]);
  const [again = []] = kept.splice(0);
  expect(again).toEqual([
    ["intent", "note"],
    ["title", 'A "title" & more'],
    ["text", "two\nlines"],
  ]);
  await send([...again, ["proofPassword", "right"]]);
  expect(ran.splice(0)).toEqual([{ title: 'A "title" & more', text: "two\nlines", secret: "" }]);
  kept.splice(0);
});

it("an invalid form is refused before anybody is asked for a proof", async () => {
  await send([["intent", "note"]]);
  expect([kept, ran]).toEqual([[], []]);
});
