import { createHash, createHmac } from "node:crypto";
import { keyring } from "~/core/keyring.server";
import { openBox, sealBox } from "./sealed-box.server";

/**
 * The one-time key that every form of a page carries in its field `formKey`. It is made when the page is drawn and
 * needs no row in the database: it is a sealed box with the ids of the account and the session that the page was drawn
 * for, and differs each time it is sealed. The key, the sender, the path and the content together identify one
 * submission (`once.server.ts`).
 */
export type FormKey = Readonly<{
  /** The key as the form sent it, including the number that a script adds for each submission. */
  text: string;
  /** The user that the page was drawn for; null if the page was drawn for nobody in particular. */
  userId: string | null;
  /** The session in which the page was drawn; null if nobody was signed in. */
  sessionId: string | null;
}>;

const nobody = Buffer.alloc(16);

/**
 * A new key for the forms of one page.
 *
 * @param userId - the user that the page is drawn for; null for nobody in particular
 * @param sessionId - the session in which the page is drawn; null for none
 */
export const makeFormKey = (userId: string | null, sessionId: string | null): string =>
  sealBox(keyring().formKeys[0].key, Buffer.concat([toBytes(userId), toBytes(sessionId)]));

/** A short hash by which a page's scripts can tell accounts apart without learning anything else about them. */
export const accountPrint = (userId: string): string =>
  createHash("sha256").update(`account ${userId}`).digest("base64url").slice(0, 12);

/**
 * The key, followed by an optional number. A script that sends the same content twice on purpose counts up, so that the
 * server treats them as two submissions.
 */
const pattern = /^([\w-]{80})(?:~\d{1,9})?$/;

/** Reads a key; null if this server did not make the key, or made it with a secret that it no longer has. */
export function openFormKey(text: unknown): FormKey | null {
  const sealed = typeof text === "string" ? pattern.exec(text)?.[1] : undefined;
  if (sealed === undefined) return null;
  for (const { key } of keyring().formKeys) {
    const ids = openBox(key, sealed);
    if (ids) return { text: text as string, userId: toId(ids.subarray(0, 16)), sessionId: toId(ids.subarray(16)) };
  }
  return null;
}

const toBytes = (id: string | null) => (id === null ? nobody : Buffer.from(id.replaceAll("-", ""), "hex"));

const toId = (bytes: Buffer): string | null =>
  bytes.equals(nobody) ? null : bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

/**
 * The id of a submission in the database, and the key that encrypts its outcome. Both are derived from what the browser
 * sent, none of which is stored, so they cannot be derived from the database alone.
 *
 * @param parts - everything that identifies the submission: key, sender, path, content
 */
export function submissionName(parts: readonly string[]): { id: string; sealKey: Uint8Array } {
  const digest = createHash("sha256").update(JSON.stringify(parts)).digest();
  const derive = (purpose: string) =>
    createHmac("sha256", keyring().formKeys[0].key).update(purpose).update(digest).digest();
  return { id: derive("id").toString("base64url"), sealKey: derive("outcome") };
}
