import type { ReactNode } from "react";

/** Code that scrolls in a box of its own, also by the keyboard. */
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

/**
 * Links to the parts of a page. They use the framework's links, because after any other link it would restore the old
 * scroll position.
 */
export function OnThisPage({ children }: { children: ReactNode }) {
  return (
    <nav aria-label="On this page" className="mb-12 border-y border-hairline py-3">
      {children}
    </nav>
  );
}
