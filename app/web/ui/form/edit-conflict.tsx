import { useActionData } from "@remix-run/react";
import type { EditConflictView, FormResult } from "./form-result";

/** The changes that another window has saved meanwhile, if they conflict with the form's last submission. */
export function useEditConflict(intent: string): EditConflictView | undefined {
  const answer = useActionData<FormResult>();
  return answer?.intent === intent ? answer.conflict : undefined;
}

/**
 * Shows both versions of every field that two windows have changed. The form below the table holds the person's own
 * version.
 */
export function ConflictTable({ conflict: { fields } }: { conflict: EditConflictView }) {
  return (
    <div role="alert" className="summary mb-6">
      <p className="mb-3 font-medium">This was changed elsewhere while you edited it. Nothing was saved yet.</p>
      <div className="overflow-x-auto">
        <table className="w-full text-left text-sm text-ink">
          <thead>
            <tr>
              <th scope="col" className="py-1 pr-4 font-medium wrap-normal">
                Field
              </th>
              <th scope="col" className="py-1 pr-4 font-medium wrap-normal">
                Yours
              </th>
              <th scope="col" className="py-1 font-medium wrap-normal">
                Theirs
              </th>
            </tr>
          </thead>
          <tbody>
            {fields.map(({ field, label, mine, theirs }) => (
              <tr key={field} className="border-t border-hairline align-top">
                <th scope="row" className="py-2 pr-4 font-normal wrap-normal text-muted">
                  {label}
                </th>
                <td className="py-2 pr-4 wrap-anywhere whitespace-pre-wrap" dir="auto">
                  {mine || "(empty)"}
                </td>
                <td className="py-2 wrap-anywhere whitespace-pre-wrap" dir="auto">
                  {theirs || "(empty)"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="mt-3 text-sm">“Save mine” keeps your version of these fields, “Take theirs” drops it.</p>
    </div>
  );
}
