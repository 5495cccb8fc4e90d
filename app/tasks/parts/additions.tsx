import { useFetcher } from "@remix-run/react";
import { createContext, useContext, useEffect, useRef, useState, type ReactNode } from "react";
import type { FormResult } from "~/web/ui/form/form-result";
import { dropKept, readKept, writeKept, type Addition } from "./kept-additions";
import { useFormKey } from "~/web/ui/form/post-form";

/**
 * Tasks on their way to the server. With JavaScript the add form can be used again as soon as it is submitted. The new
 * tasks wait here, are sent in the order in which they were typed, and stay visible until the server has saved them.
 * They are kept when the person goes to another page.
 */
type Additions = Readonly<{
  waiting: readonly Addition[];
  add: (form: FormData, action: string) => void;
  /** Sends again the tasks that the server refused. */
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

/** Counts what this page sends by script, so that sending the same values twice on purpose makes two submissions. */
let sent = 0;

/** Makes a key for one submission by a script from the page's form key. */
export const nextKey = (key: string | undefined): string | undefined =>
  key === undefined ? undefined : `${key}~${++sent}`;

/**
 * Sends the waiting tasks, one after the other.
 *
 * @param account - who is signed in, as the page's scripts know it; null for nobody
 */
export function AdditionsProvider({ account, children }: { account: string | null; children: ReactNode }) {
  const [waiting, setWaiting] = useState<readonly Addition[]>([]);
  /** The account that the waiting tasks belong to. */
  const owner = useRef<string | null>(null);
  /**
   * The form key of the page on which the session turned out to have ended. Nothing is sent until the page has a new
   * key.
   */
  const stoppedAt = useRef<string | undefined>(undefined);
  const key = useFormKey();
  const fetcher = useFetcher<FormResult | { done: true }>({ key: "additions" });
  /** The task that was sent last, and the answer that was there before: a different answer belongs to this task. */
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

  // Signing out removes the tasks that are still waiting.
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
        // No new answer means a redirect: the session has ended, and the server keeps the task for after sign-in.
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

/** The reason why the server refused a task; null if the server added the task. */
function problemIn(answer: FormResult | { done: true } | undefined): string | null {
  if (answer === undefined || !("result" in answer)) return null;
  const errors = Object.values(answer.result.error ?? {}).flatMap((messages) => messages ?? []);
  return errors[0] ?? "It was not taken.";
}

/** Lists the tasks that are on their way, below the form that they were typed into. */
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
