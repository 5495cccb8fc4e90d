import type { ActionFunctionArgs } from "@remix-run/node";
import { z } from "zod";
import { findPageCaller, identification } from "~/web/guards.server";
import { Unavailable } from "~/core/errors";
import { parseStored } from "~/core/stored";
import { claimSubmission, releaseSubmission, settleSubmission } from "~/services/submissions/submissions.server";
import { submissionName, type FormKey } from "./form-key.server";
import { setCookie } from "~/web/request-context";
import { openBox, sealBox } from "./sealed-box.server";

/**
 * A form that arrives twice (a second click, a repeated POST) has one effect, and the second answer is the first one's:
 * status, place, cookies, and what is shown only once. The form's one-time key, the browser, the path and the content make
 * a submission; with other content it is another one. What was refused is not kept: sent again, it is judged again.
 */

/** What an action answers: a redirect, a document of its own, or data for its page. */
type ActionAnswer = Response | object;

/** An answer as it can be given again. */
const writtenSchema = z.object({
  status: z.int().min(200).max(599),
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: z.string(),
});

type Written = Readonly<z.output<typeof writtenSchema>>;

/** What is kept of a submission that succeeded. */
const outcomeSchema = z.object({
  answer: writtenSchema,
  /** `Set-Cookie` headers, the session's among them. */
  cookies: z.array(z.string()),
  /** Hashes of the session identifiers that its sender's browser had before and after. */
  holders: z.array(z.string()),
});

type Outcome = Readonly<z.output<typeof outcomeSchema>>;

/** How a submission ended, for whoever sent it. */
type Ending = Readonly<{
  answer: { written: Written } | { data: object } | { error: unknown };
  thrown: boolean;
  cookies: string[];
  holders: string[];
  /** A file goes to whoever asked for it; another one makes it anew. */
  isFile: boolean;
}>;

const underWay = new Map<string, Promise<Ending>>();

/** How long an arrival waits for another process that works on the same submission, in milliseconds. */
const patience = 5_000;
const pause = 100;

/**
 * Runs the action of a form once.
 *
 * @param key - the form's key, already held against the caller's account; null for a form without one
 * @param fields - all that was sent
 * @param perform - what the form is sent for
 * @throws {Unavailable} while another process works on the same submission for too long
 */
export async function once(
  args: ActionFunctionArgs,
  key: FormKey | null,
  fields: FormData,
  perform: () => Promise<ActionAnswer>,
): Promise<ActionAnswer> {
  if (!key) return perform();
  const sender = await senderOf(args, key);
  const { id, sealKey } = submissionName([key.text, sender, new URL(args.request.url).pathname, ...contentOf(fields)]);
  const other = underWay.get(id);
  if (other) {
    const ending = await other;
    return ending.isFile || !(await mayAsk(args, key, ending.holders)) ? perform() : repeat(args, ending);
  }
  const working = carryOut(args, key, { id, sealKey }, perform);
  underWay.set(id, working);
  try {
    return give(await working);
  } finally {
    underWay.delete(id);
  }
}

/**
 * Who sends. From a page of somebody signed in: the session that the browser is signed in with, or the one that the page
 * was drawn in if that has ended by now, as it does with a sign-out. From any other page: the network address and what the
 * browser says of itself, beside the key, which only its page holds, and all that was typed.
 */
async function senderOf(args: ActionFunctionArgs, { sessionId }: FormKey): Promise<string> {
  const { address, userAgent } = args.context.client;
  if (sessionId === null) return `client ${address} ${userAgent}`;
  return `session ${(await findPageCaller(args))?.actor.sessionId ?? sessionId}`;
}

/**
 * May this request be told how an earlier one ended? Where its session has ended since, it has to bring an identifier of
 * that session.
 */
async function mayAsk(args: ActionFunctionArgs, { sessionId }: FormKey, holders: readonly string[]): Promise<boolean> {
  if (sessionId === null || (await findPageCaller(args))) return true;
  const [print] = await identification().identifierPrints(args, [args.request.headers.get("Cookie") ?? ""]);
  return print !== undefined && holders.includes(print);
}

/** Name and value of every field. Browsers send a form's line breaks as CRLF, scripts as they are; "stay" is a script's own. */
const contentOf = (fields: FormData): string[] =>
  [...fields]
    .filter(([name]) => name !== "formKey" && name !== "stay")
    .flatMap(([name, value]) => [
      name,
      typeof value === "string" ? value.replaceAll("\r\n", "\n") : `file ${value.name} ${value.size}`,
    ]);

const holdersOf = (args: ActionFunctionArgs) =>
  identification().identifierPrints(args, [
    args.request.headers.get("Cookie") ?? "",
    ...args.context.answerHeaders.getSetCookie(),
  ]);

/** Never rejects: what was thrown is an ending too. */
async function carryOut(
  args: ActionFunctionArgs,
  key: FormKey,
  { id, sealKey }: { id: string; sealKey: Uint8Array },
  perform: () => Promise<ActionAnswer>,
): Promise<Ending> {
  const { context } = args;
  const ended = async (result: unknown, isThrown: boolean): Promise<Ending> => ({
    answer: await toAnswer(result, isThrown),
    thrown: isThrown,
    cookies: context.answerHeaders.getSetCookie(),
    holders: await holdersOf(args),
    isFile: context.download !== undefined,
  });
  try {
    const earlier = await claim(id, sealKey);
    if (earlier && !(await mayAsk(args, key, earlier.holders))) return await ended(await perform(), false);
    if (earlier) {
      bring(args, earlier.cookies);
      const { answer, cookies, holders } = earlier;
      return { answer: { written: answer }, thrown: false, cookies, holders, isFile: false };
    }
  } catch (error) {
    return ended(error, true);
  }
  try {
    const ending = await ended(await perform(), false);
    const { answer, cookies } = ending;
    if ("written" in answer && answer.written.status < 400 && !ending.isFile) {
      const outcome: Outcome = { answer: answer.written, cookies, holders: ending.holders };
      settleSubmission(id, sealBox(sealKey, Buffer.from(JSON.stringify(outcome))));
    } else await release(id);
    return ending;
  } catch (error) {
    await release(id);
    return ended(error, true);
  }
}

async function toAnswer(result: unknown, isThrown: boolean): Promise<Ending["answer"]> {
  if (result instanceof Response)
    return { written: { status: result.status, headers: [...result.headers], body: await result.text() } };
  return isThrown ? { error: result } : { data: result as object };
}

/** A claim that cannot be given back is this process's own, and stops nobody here. */
const release = (id: string) => releaseSubmission(id).catch(() => undefined);

/** @returns the outcome of an earlier arrival; null if this is the first, or if what is kept of that one cannot be read */
async function claim(id: string, sealKey: Uint8Array): Promise<Outcome | null> {
  for (const end = Date.now() + patience; ; await new Promise((resolve) => setTimeout(resolve, pause))) {
    const result = await claimSubmission(id);
    if (result.state === "mine") return null;
    if (result.state === "done") {
      const opened = openBox(sealKey, result.outcome);
      return opened && parseStored(outcomeSchema, opened.toString("utf8"));
    }
    if (Date.now() > end) throw new Unavailable(5);
  }
}

function give({ answer, thrown }: Ending): ActionAnswer {
  if ("error" in answer) throw answer.error;
  if ("data" in answer) return answer.data;
  const { status, headers, body } = answer.written;
  const response = new Response(body || null, { status, headers });
  if (thrown) throw response;
  return response;
}

/** Answers a second arrival as the first one was. */
function repeat(args: ActionFunctionArgs, ending: Ending): ActionAnswer {
  bring(args, ending.cookies);
  return give(ending);
}

/** Sends the first answer's cookies. It may have changed the session: loaders that run after this go by the new one. */
function bring(args: ActionFunctionArgs, cookies: readonly string[]): void {
  for (const cookie of cookies) setCookie(args.context, cookie);
  identification().adoptSession(args, cookies);
}
