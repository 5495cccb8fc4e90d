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

/** What is kept for an account. What is somebody else's goes: they are signed in here no more. */
export function readKept(account: string): readonly Addition[] {
  try {
    const kept = JSON.parse(window.sessionStorage.getItem(place) ?? "null") as Kept | null;
    if (kept?.account === account) return kept.waiting;
  } catch {
    // No storage, or not what this version has put there.
  }
  dropKept();
  return [];
}

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
