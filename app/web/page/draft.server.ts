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
 * What somebody sent when their session had ended: kept, sealed, for the same browser and the same person, until they have
 * signed in again. Then it is sent once more for them (`remix-handler.server.ts`). A cookie holds the secret that it is
 * found and opened with, so the database alone tells nothing.
 */
const draftSchema = z.object({
  /** Whose page it was typed into. */
  userId: z.string(),
  /** Path and query that it was sent to. */
  path: z.string(),
  fields: z.array(z.tuple([z.string(), z.string()])),
});

type Edge = Readonly<{ request: Request; context: AppLoadContext }>;

/** As long as somebody may take to find their password again, in seconds. */
const draftSeconds = 60 * 60;

/** Windows that were typed in when the session ended; the oldest gives way. */
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

/** The draft that is to go on after a sign-in with this address: the one that was sent to where it leads back. */
export async function findDraft(edge: Edge): Promise<Draft | null> {
  return (await find(edge))?.draft ?? null;
}

/** Takes that draft if it is this person's. Of several at once one gets it. */
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
