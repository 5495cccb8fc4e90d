import type { SubmissionResult } from "@conform-to/react";

/** What a page's action answers for a form that was refused: the form's name, its errors, and what was typed. */
export type FormResult = {
  intent: string;
  result: SubmissionResult;
  /** The form has no errors but could not be carried out just now; the page's frame says why. */
  keptForLater?: true;
  /** Set if another window has changed the same fields: both versions, and the version that "Save mine" replaces. */
  conflict?: EditConflictView;
};

export type EditConflictView = Readonly<{
  version: string;
  fields: readonly Readonly<{ field: string; label: string; mine: string; theirs: string }>[];
}>;
