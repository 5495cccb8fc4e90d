/**
 * What is on its way, kept beside the page in its own tab: a document that is loaded anew, by a sign-in for example, goes on
 * with it. It belongs to one account, and is shown to and sent for no other.
 */

/** A task on its way to the server. */
export type Addition = Readonly<{
  id: number;
  title: string;
  fields: readonly (readonly [string, string])[];
  /** Path and query that it is sent to. */
  action: string;
  /** Why it was not taken; it waits for a word from its author. */
  problem: string | null;
}>;

const place = "holdfast:additions";

type Kept = Readonly<{ account: string; waiting: readonly Addition[] }>;

/** What is kept for an account. What is somebody else's, or cannot be read, goes: they are signed in here no more. */
export function readKept(account: string): readonly Addition[] {
  try {
    const kept: unknown = JSON.parse(window.sessionStorage.getItem(place) ?? "null");
    if (isKept(kept) && kept.account === account) return kept.waiting;
  } catch {
    // No storage, or no JSON.
  }
  dropKept();
  return [];
}

/* By hand: a schema's library would be more to load than all that a page has of its own. */

const isKept = (value: unknown): value is Kept =>
  isObject(value) && typeof value.account === "string" && isListOf(isAddition)(value.waiting);

const isAddition = (value: unknown): value is Addition =>
  isObject(value) &&
  Number.isSafeInteger(value.id) &&
  typeof value.title === "string" &&
  isListOf(isField)(value.fields) &&
  typeof value.action === "string" &&
  (value.problem === null || typeof value.problem === "string");

const isField = (value: unknown): value is Addition["fields"][number] =>
  isListOf((part) => typeof part === "string")(value) && value.length === 2;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const isListOf =
  <Item>(isItem: (value: unknown) => value is Item) =>
  (value: unknown): value is Item[] =>
    Array.isArray(value) && value.every(isItem);

export function writeKept(account: string, waiting: readonly Addition[]): void {
  if (!waiting.length) return dropKept();
  try {
    window.sessionStorage.setItem(place, JSON.stringify({ account, waiting } satisfies Kept));
  } catch {
    // A browser that keeps nothing: the page asks before it is left.
  }
}

export function dropKept(): void {
  try {
    window.sessionStorage.removeItem(place);
  } catch {
    // As above.
  }
}
