import type { SubmissionResult } from "@conform-to/react";

/** What a page's action answers about a form that was refused: which form, its errors, and what was typed. */
export type FormResult = {
  intent: string;
  result: SubmissionResult;
  /** Nothing is wrong with the form: it could not be carried out just now, as the frame of the page says. */
  keptForLater?: true;
  /** Another window has changed the same fields: both versions, and the state to save over. */
  conflict?: EditConflictView;
};

export type EditConflictView = Readonly<{
  version: string;
  fields: readonly Readonly<{ field: string; label: string; mine: string; theirs: string }>[];
}>;
