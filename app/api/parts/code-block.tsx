import type { ReactNode } from "react";

/** Lines of code, which scroll in a box of their own; the keyboard scrolls them too. */
export function CodeBlock({ label, text }: { label: string; text: string }) {
  return (
    <pre className="code" tabIndex={0} role="group" aria-label={label}>
      <code>{text}</code>
    </pre>
  );
}

/** A sentence in which text in backticks is code. */
export function Words({ text }: { text: string }) {
  return text.split("`").map((part, index) => (index % 2 ? <code key={index}>{part}</code> : part));
}

/** The links to the parts of a page are the framework's own: on any other it would scroll back to where it was. */
export function OnThisPage({ children }: { children: ReactNode }) {
  return (
    <nav aria-label="On this page" className="mb-12 border-y border-hairline py-3">
      {children}
    </nav>
  );
}
