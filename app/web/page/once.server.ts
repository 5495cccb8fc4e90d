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
 * A form that arrives twice (a second click, a repeated POST) takes effect once, and both arrivals get the same answer:
 * status, redirect, cookies, and anything that is shown only once. A submission is identified by the form's one-time
 * key, the browser, the path and the content, so a form with other content is another submission. Refused submissions
 * are not kept: if one is sent again, it is checked again.
 */

/** What an action answers: a redirect, a whole document, or data for its page. */
type ActionAnswer = Response | object;

/** An answer in a form that can be stored and sent again. */
const writtenSchema = z.object({
  status: z.int().min(200).max(599),
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: z.string(),
});

type Written = Readonly<z.output<typeof writtenSchema>>;

/** What is stored of a submission that succeeded. */
const outcomeSchema = z.object({
  answer: writtenSchema,
  /** `Set-Cookie` headers, including the session's. */
  cookies: z.array(z.string()),
  /** Hashes of the session identifiers that the sender's browser had before and after the submission. */
  holders: z.array(z.string()),
});

type Outcome = Readonly<z.output<typeof outcomeSchema>>;

/** How a submission ended. */
type Ending = Readonly<{
  answer: { written: Written } | { data: object } | { error: unknown };
  thrown: boolean;
  cookies: string[];
  holders: string[];
  /** Whether the answer is a file. A file is sent to one request only; a second arrival makes the file again. */
  isFile: boolean;
}>;

const underWay = new Map<string, Promise<Ending>>();

/** How long a request waits while another process works on the same submission, in milliseconds. */
const patience = 5_000;
const pause = 100;

/**
 * Runs the action of a form once.
 *
 * @param key - the form's key, already checked against the caller's account; null for a form without a key
 * @param fields - all fields that were sent
 * @param perform - carries the form out
 * @throws {Unavailable} if another process works on the same submission for longer than `patience`
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
 * Who sends the form. For a page of a signed-in person: the browser's present session, or the session in which the page
 * was drawn if nobody is signed in any more, for example after a sign-out. For any other page: the network address and
 * the user agent. The submission is still hard to guess, because the key, which only the page holds, and all that was
 * typed identify it too.
 */
async function senderOf(args: ActionFunctionArgs, { sessionId }: FormKey): Promise<string> {
  const { address, userAgent } = args.context.client;
  if (sessionId === null) return `client ${address} ${userAgent}`;
  return `session ${(await findPageCaller(args))?.actor.sessionId ?? sessionId}`;
}

/**
 * Whether this request may get the answer of an earlier one. If its session has ended since, the request must carry an
 * identifier of that session.
 */
async function mayAsk(args: ActionFunctionArgs, { sessionId }: FormKey, holders: readonly string[]): Promise<boolean> {
  if (sessionId === null || (await findPageCaller(args))) return true;
  const [print] = await identification().identifierPrints(args, [args.request.headers.get("Cookie") ?? ""]);
  return print !== undefined && holders.includes(print);
}

/**
 * Name and value of every field. Browsers send a form's line breaks as CRLF and scripts send them unchanged, so they
 * are made equal here. "stay" is left out because only scripts send it.
 */
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

/** Never rejects: an error that was thrown is returned as an ending. */
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

/** An error while releasing a claim is ignored: the claim belongs to this process, which it does not block. */
const release = (id: string) => releaseSubmission(id).catch(() => undefined);

/**
 * @returns the outcome of an earlier arrival; null if this arrival is the first, or if the stored outcome cannot be
 *   read
 */
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

/** Gives a second arrival the answer of the first. */
function repeat(args: ActionFunctionArgs, ending: Ending): ActionAnswer {
  bring(args, ending.cookies);
  return give(ending);
}

/**
 * Sends the first answer's cookies. They may have changed the session, so the loaders that run after this use the new
 * session.
 */
function bring(args: ActionFunctionArgs, cookies: readonly string[]): void {
  for (const cookie of cookies) setCookie(args.context, cookie);
  identification().adoptSession(args, cookies);
}
