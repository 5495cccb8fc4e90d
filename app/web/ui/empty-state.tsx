import type { ReactNode } from "react";

/** Shown in place of an empty list: a drawing, one sentence, and one action. */
export function EmptyState({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="border-t border-hairline py-12 text-center">
      <svg width="120" height="72" viewBox="0 0 120 72" fill="none" aria-hidden="true" className="mx-auto mb-5">
        <path d="M6 58h108M14 58v10M106 58v10" className="stroke-field" strokeWidth="2" strokeLinecap="round" />
        <path
          d="M78 66V34a14 14 0 0 0-14-14h-4a14 14 0 0 0-14 14v16M38 52h16"
          className="stroke-accent"
          strokeWidth="2.5"
          strokeLinecap="round"
        />
        <path d="M20 58v-6h30v6" className="stroke-field" strokeWidth="2" strokeLinejoin="round" />
      </svg>
      <p className="mx-auto max-w-prose text-lg text-muted">{children}</p>
      {action && <p className="mt-4">{action}</p>}
    </div>
  );
}
