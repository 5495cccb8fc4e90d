/**
 * Keeps tasks that are still on their way to the server in the tab's session storage. When the document is loaded
 * again, for example by a sign-in, the page continues to send them. They belong to one account and are shown and sent
 * only for that account.
 */

/** A task on its way to the server. */
export type Addition = Readonly<{
  id: number;
  title: string;
  fields: readonly (readonly [string, string])[];
  /** The path and query that the task is sent to. */
  action: string;
  /** Why the server refused the task; null if it has not. A refused task waits until its author retries or drops it. */
  problem: string | null;
}>;

const place = "holdfast:additions";

type Kept = Readonly<{ account: string; waiting: readonly Addition[] }>;

/**
 * Reads what is kept for an account. Drops what cannot be read, and what belongs to another account, because that
 * account is no longer signed in here.
 */
export function readKept(account: string): readonly Addition[] {
  try {
    const kept: unknown = JSON.parse(window.sessionStorage.getItem(place) ?? "null");
    if (isKept(kept) && kept.account === account) return kept.waiting;
  } catch {
    // The browser has no storage, or the stored text is not JSON.
  }
  dropKept();
  return [];
}

/* These checks are written by hand, because a schema library would be larger than all the page's own scripts. */

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
    // The browser stores nothing. The page still warns before the person leaves it while tasks are waiting.
  }
}

export function dropKept(): void {
  try {
    window.sessionStorage.removeItem(place);
  } catch {
    // The browser has no storage, so nothing is stored that would have to be removed.
  }
}
