import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { expect, it } from "vitest";
import { z } from "zod";
import { installSurfaces } from "~/features.server";
import { signedIn, type SignedIn } from "~/web/guards.server";
import { buttonForm, form, formAction, pageAction, pageLoader } from "~/web/page/page.server";

/* A page without a guard has no actor: it does not compile. Whoever lets it compile is told here by the compiler. */

await installSurfaces();

const done = () => Promise.resolve(new Response());
const idOf = ({ actor }: SignedIn) => Promise.resolve(actor.sessionId);
const sent = ({ actor }: SignedIn) => Promise.resolve(new Response(actor.sessionId));

it("has its actor from its guard alone", () => {
  // @ts-expect-error -- No guard found an actor.
  const loader = pageLoader(idOf);
  // @ts-expect-error -- No guard found an actor.
  const action = pageAction(sent);
  const actions = [
    // @ts-expect-error -- No guard found an actor.
    formAction({ send: buttonForm(sent) }),
    // @ts-expect-error -- No guard found an actor.
    formAction({ send: form(z.object({}), sent) }),
    // @ts-expect-error -- The proof is that of somebody who is signed in.
    formAction({ send: buttonForm(done, { proof: ({ caller }: SignedIn) => Promise.resolve({ caller }) }) }),
    // @ts-expect-error -- This guard found no actor.
    formAction(() => Promise.resolve({}), { send: buttonForm(sent) }),
  ];
  const guarded = [
    pageLoader(signedIn, idOf),
    pageAction(signedIn, sent),
    formAction(signedIn, { send: buttonForm(sent) }),
  ];
  for (const handler of [loader, action, ...actions, ...guarded]) expect(handler).toBeTypeOf("function");
});

const argsOf = (request: Request) => {
  const context = { answerHeaders: new Headers(), caller: Promise.resolve(null) };
  return { request, params: {}, context } as unknown as LoaderFunctionArgs & ActionFunctionArgs;
};

const args = argsOf(new Request("http://localhost/"));

it("is handed what the guard found, once", async () => {
  let asked = 0;
  const guard = () => Promise.resolve({ found: ++asked });
  const load = pageLoader(guard, ({ found, request }) => Promise.resolve([found, request.url]));
  expect(await load(args)).toEqual([1, "http://localhost/"]);
  expect(asked).toBe(1);
});

it("is not asked for anything once the guard has refused", async () => {
  const refusal = new Error("not let in");
  const load = pageLoader(
    () => Promise.reject<object>(refusal),
    () => Promise.reject<null>(new Error("it was asked")),
  );
  await expect(load(args)).rejects.toBe(refusal);
});

it("a form is handed what the guard found, as it is after the proof", async () => {
  const guard = () => Promise.resolve({ who: "Ada", proven: false });
  const handed: unknown[] = [];
  const note = ({ who, proven }: Awaited<ReturnType<typeof guard>>) => {
    handed.push([who, proven]);
    return done();
  };
  const action = formAction(guard, {
    plain: buttonForm(note),
    sensitive: buttonForm(note, { proof: () => Promise.resolve({ proven: true }) }),
    fresh: buttonForm(note, { proof: () => Promise.resolve({}) }),
  });
  for (const intent of ["plain", "sensitive", "fresh"])
    await action(argsOf(new Request("http://localhost/", { method: "POST", body: new URLSearchParams({ intent }) })));
  expect(handed).toEqual([
    ["Ada", false],
    ["Ada", true],
    ["Ada", false],
  ]);
});
