import { createHash, createHmac } from "node:crypto";
import { keyring } from "~/core/keyring.server";
import { openBox, sealBox } from "./sealed-box.server";

/**
 * The one-time key that every form of a page carries in its field `formKey`. It is made with the page and costs the
 * database nothing: a sealed box around the account and the session that the page was drawn for, different each time
 * it is sealed. With the sender, the path and the content it names one submission (`once.server.ts`).
 */
export type FormKey = Readonly<{
  /** The key as the form sent it, the browser's own count of its submissions included. */
  text: string;
  /** Whom the page was drawn for; null for a page of nobody in particular. */
  userId: string | null;
  /** The session in which it was drawn; null if nobody was signed in. */
  sessionId: string | null;
}>;

const nobody = Buffer.alloc(16);

/**
 * A new key for the forms of one page.
 *
 * @param userId - whom the page is drawn for; null for nobody in particular
 * @param sessionId - the session in which it is drawn; null for none
 */
export const makeFormKey = (userId: string | null, sessionId: string | null): string =>
  sealBox(keyring().formKeys[0].key, Buffer.concat([toBytes(userId), toBytes(sessionId)]));

/** Tells a page's scripts one account from another, and nothing else of it. */
export const accountPrint = (userId: string): string =>
  createHash("sha256").update(`account ${userId}`).digest("base64url").slice(0, 12);

/** Behind the key, a script counts what it sends with it: the same thing twice, on purpose, is two submissions. */
const pattern = /^([\w-]{80})(?:~\d{1,9})?$/;

/** Reads a key; null for one that this server did not make, or with a secret that it no longer has. */
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
 * What the database knows a submission by, and the key that its outcome is sealed with. Neither can be made without what
 * the browser sent, of which nothing is in the database.
 *
 * @param parts - all that makes the submission what it is: key, sender, path, content
 */
export function submissionName(parts: readonly string[]): { id: string; sealKey: Uint8Array } {
  const digest = createHash("sha256").update(JSON.stringify(parts)).digest();
  const derive = (purpose: string) =>
    createHmac("sha256", keyring().formKeys[0].key).update(purpose).update(digest).digest();
  return { id: derive("id").toString("base64url"), sealKey: derive("outcome") };
}
