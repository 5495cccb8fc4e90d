import type { AppLoadContext } from "@remix-run/node";
import { parse, serialize } from "cookie";
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { parseStored } from "~/core/stored";
import { dropSealed, keepSealed, readSealed } from "~/services/submissions/submissions.server";
import { submissionName } from "./form-key.server";
import { isSecure, setCookie, type Draft } from "~/web/request-context";
import { openBox, sealBox } from "./sealed-box.server";

/**
 * A draft is a form that somebody sent after their session had ended. It is kept encrypted, for the same browser and
 * the same person, until they have signed in again; then the server submits the form for them
 * (`remix-handler.server.ts`). The secret that finds and decrypts the draft is in a cookie, so nobody can read drafts
 * from the database alone.
 */
const draftSchema = z.object({
  /** The user whose page the form was on. */
  userId: z.string(),
  /** Path and query that the form was sent to. */
  path: z.string(),
  fields: z.array(z.tuple([z.string(), z.string()])),
});

type Edge = Readonly<{ request: Request; context: AppLoadContext }>;

/** How long a draft is kept, in seconds: enough time for somebody to find their password. */
const draftSeconds = 60 * 60;

/** How many drafts a browser can have, one for each window; a further one replaces the oldest. */
const mostDrafts = 4;

const cookieName = (secure: boolean) => (secure ? "__Host-holdfast_draft" : "holdfast_draft");

const attributes = (secure: boolean) => ({ path: "/", httpOnly: true, sameSite: "lax", secure }) as const;

const secretsOf = ({ request, context }: Edge): string[] =>
  (parse(request.headers.get("Cookie") ?? "")[cookieName(isSecure(context))] ?? "")
    .split(".")
    .filter((secret) => /^[\w-]{22}$/.test(secret));

function setSecrets({ context }: Edge, secrets: readonly string[]): void {
  const secure = isSecure(context);
  const maxAge = secrets.length ? draftSeconds : 0;
  setCookie(context, serialize(cookieName(secure), secrets.join("."), { ...attributes(secure), maxAge }));
}

const nameOf = (secret: string) => submissionName(["draft", secret]);

/** Keeps a draft for the browser of this request. */
export async function keepDraft(edge: Edge, draft: Draft): Promise<void> {
  const secret = randomBytes(16).toString("base64url");
  const { id, sealKey } = nameOf(secret);
  await keepSealed(id, sealBox(sealKey, Buffer.from(JSON.stringify(draft))), draftSeconds * 1000);
  setSecrets(edge, [secret, ...secretsOf(edge)].slice(0, mostDrafts));
}

/**
 * The draft to submit after a sign-in at this address: the one that was sent to the address that the sign-in leads back
 * to.
 */
export async function findDraft(edge: Edge): Promise<Draft | null> {
  return (await find(edge))?.draft ?? null;
}

/** Takes that draft, if it belongs to this person. If several requests try at once, only one gets it. */
export async function takeDraft(edge: Edge, userId: string): Promise<Draft | null> {
  const found = await find(edge);
  if (found?.draft.userId !== userId) return null;
  setSecrets(
    edge,
    secretsOf(edge).filter((secret) => secret !== found.secret),
  );
  return (await dropSealed(nameOf(found.secret).id)) ? found.draft : null;
}

async function find(edge: Edge): Promise<{ secret: string; draft: Draft } | null> {
  const back = new URL(edge.request.url).searchParams.get("redirect");
  for (const secret of secretsOf(edge)) {
    const { id, sealKey } = nameOf(secret);
    const sealed = await readSealed(id);
    const opened = sealed === null ? null : openBox(sealKey, sealed);
    const draft = opened && parseStored(draftSchema, opened.toString("utf8"));
    if (draft?.path === back) return { secret, draft };
  }
  return null;
}
