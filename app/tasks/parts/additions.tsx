import { useFetcher } from "@remix-run/react";
import { createContext, useContext, useEffect, useRef, useState, type ReactNode } from "react";
import type { FormResult } from "~/web/ui/form/form-result";
import { dropKept, readKept, writeKept, type Addition } from "./kept-additions";
import { useFormKey } from "~/web/ui/form/post-form";

/**
 * Tasks on their way. With JavaScript the add form is free again the moment it is sent: what was typed waits here, is sent
 * in the order in which it was typed, and stays in sight until the server has it. It outlives the page that it was typed on.
 */
type Additions = Readonly<{
  waiting: readonly Addition[];
  add: (form: FormData, action: string) => void;
  /** Sends again what was not taken. */
  retry: () => void;
  drop: (id: number) => void;
}>;

const Context = createContext<Additions>({
  waiting: [],
  add: () => undefined,
  retry: () => undefined,
  drop: () => undefined,
});

export const useAdditions = (): Additions => useContext(Context);

/** Counts what this page sends by script, so that the same thing twice, on purpose, is two submissions. */
let sent = 0;

/** A page's key for one submission by a script. */
export const nextKey = (key: string | undefined): string | undefined =>
  key === undefined ? undefined : `${key}~${++sent}`;

/**
 * Sends what waits, one after the other.
 *
 * @param account - who is signed in, as the page's scripts know it; null for nobody
 */
export function AdditionsProvider({ account, children }: { account: string | null; children: ReactNode }) {
  const [waiting, setWaiting] = useState<readonly Addition[]>([]);
  /** Whose additions wait here. */
  const owner = useRef<string | null>(null);
  /** The key of the page on which the session was found to have ended: until there is a new one, nothing is sent. */
  const stoppedAt = useRef<string | undefined>(undefined);
  const key = useFormKey();
  const fetcher = useFetcher<FormResult | { done: true }>({ key: "additions" });
  /** What was sent last, and what the answer before it was: a new one belongs to it. */
  const underWay = useRef<{ id: number; before: unknown } | null>(null);
  const { state, data, submit } = fetcher;

  useEffect(() => {
    if (account === null || owner.current === account) return;
    const kept = readKept(account);
    owner.current = account;
    sent = Math.max(sent, ...kept.map(({ id }) => id));
    setWaiting(kept);
  }, [account]);

  useEffect(() => {
    if (owner.current !== null) writeKept(owner.current, waiting);
  }, [waiting]);

  // Whoever signs out leaves nothing behind.
  useEffect(() => {
    const onSubmit = ({ target }: Event) => {
      if (!(target instanceof HTMLFormElement) || new URL(target.action).pathname !== "/logout") return;
      dropKept();
      setWaiting([]);
    };
    window.addEventListener("submit", onSubmit);
    return () => window.removeEventListener("submit", onSubmit);
  }, []);

  useEffect(() => {
    const sending = underWay.current;
    if (sending) {
      if (state !== "idle") return;
      underWay.current = null;
      if (data === sending.before) {
        // It led elsewhere: the session has ended, and the server carries it through the sign-in.
        stoppedAt.current = key;
        setWaiting((all) => all.filter(({ id }) => id !== sending.id));
        return;
      }
      const problem = problemIn(data);
      setWaiting((all) =>
        problem === null
          ? all.filter(({ id }) => id !== sending.id)
          : all.map((one) => (one.id === sending.id ? { ...one, problem } : one)),
      );
      return;
    }
    const [first] = waiting;
    if (!first || first.problem !== null || state !== "idle") return;
    if (account === null || owner.current !== account || stoppedAt.current === key) return;
    underWay.current = { id: first.id, before: data };
    const form = new FormData();
    for (const [name, value] of first.fields) form.append(name, value);
    void submit(form, { method: "post", action: first.action, preventScrollReset: true });
  }, [state, data, waiting, submit, account, key]);

  useEffect(() => {
    if (!waiting.length) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [waiting]);

  const additions: Additions = {
    waiting,
    add(form, action) {
      const ownKey = nextKey(key);
      const typed = [...form].filter(([name]) => name !== "formKey") as [string, string][];
      const fields: [string, string][] = [
        ...typed,
        ["stay", "waiting"],
        ...(ownKey ? [["formKey", ownKey] as [string, string]] : []),
      ];
      const title = typed.find(([name]) => name === "title")?.[1].trim() ?? "";
      setWaiting((all) => [...all, { id: ++sent, title, fields, action, problem: null }]);
    },
    retry: () => setWaiting((all) => all.map((one) => ({ ...one, problem: null }))),
    drop: (id) => setWaiting((all) => all.filter((one) => one.id !== id)),
  };
  return <Context.Provider value={additions}>{children}</Context.Provider>;
}

/** Why the server did not take it; null if it did. */
function problemIn(answer: FormResult | { done: true } | undefined): string | null {
  if (answer === undefined || !("result" in answer)) return null;
  const errors = Object.values(answer.result.error ?? {}).flatMap((messages) => messages ?? []);
  return errors[0] ?? "It was not taken.";
}

/** What is on its way, under the form that it was typed into. */
export function WaitingAdditions() {
  const { waiting, retry, drop } = useAdditions();
  if (!waiting.length) return null;
  const problem = waiting.find((one) => one.problem !== null)?.problem;
  return (
    <div className="mb-6" aria-live="polite">
      <ul className="rows">
        {waiting.map(({ id, title, problem: own }) => (
          <li
            key={id}
            className="flex min-h-11 flex-wrap items-center gap-x-3 border-b border-hairline py-2 text-muted"
          >
            <span className="min-w-0 flex-1 wrap-anywhere" dir="auto">
              {title}
            </span>
            {own === null ? (
              <span className="text-sm">Adding</span>
            ) : (
              <button type="button" className="link text-sm" onClick={() => drop(id)} aria-label={`Drop ${title}`}>
                Drop
              </button>
            )}
          </li>
        ))}
      </ul>
      {problem !== undefined && (
        <p role="alert" className="mt-3 flex flex-wrap items-center gap-3">
          <span className="text-danger">{problem} Nothing is lost.</span>
          <button type="button" className="button button-small" onClick={retry}>
            Try again
          </button>
        </p>
      )}
    </div>
  );
}
