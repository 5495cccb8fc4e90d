import { useEffect, useState } from "react";
import type { TaskItem } from "./task-row";

/** The empty space of a row that left the list while the pointer was on it. */
export type Gap = Readonly<{ number: number; height: number }>;

type Leaving = Gap & Readonly<{ after: number | null }>;

/**
 * Keeps the space of rows that a click removes from the list. Otherwise another row would move under the pointer and
 * receive the next click. The space closes when the pointer leaves the list, a finger scrolls, or a key is pressed,
 * since the person is then no longer about to click there.
 *
 * @returns the rows with the gaps between them, and the function that notes that a row is about to leave
 */
export function useGaps(tasks: readonly TaskItem[]): {
  entries: readonly (TaskItem | Gap)[];
  leave: (row: HTMLElement, number: number) => void;
  close: () => void;
} {
  const [leaving, setLeaving] = useState<readonly Leaving[]>([]);
  const close = () => setLeaving([]);
  useEffect(() => {
    if (!leaving.length) return;
    const events = ["touchmove", "keydown"] as const;
    for (const name of events) window.addEventListener(name, close, { passive: true });
    return () => {
      for (const name of events) window.removeEventListener(name, close);
    };
  }, [leaving]);

  const here = new Set(tasks.map(({ number }) => number));
  const gaps = leaving.filter(({ number }) => !here.has(number));
  const gapsAfter = (number: number | null): Gap[] =>
    gaps.filter(({ after }) => after === number).flatMap((gap) => [gap, ...gapsAfter(gap.number)]);
  return {
    entries: gaps.length ? [...gapsAfter(null), ...tasks.flatMap((task) => [task, ...gapsAfter(task.number)])] : tasks,
    leave: (row, number) => {
      const before = row.previousElementSibling;
      const after =
        before instanceof HTMLElement ? Number(before.dataset.number ?? before.id.slice("task-".length)) : null;
      const { height } = row.getBoundingClientRect();
      setLeaving((all) => [...all.filter((one) => one.number !== number), { number, height, after }]);
    },
    close,
  };
}

export const isGap = (entry: TaskItem | Gap): entry is Gap => "height" in entry;
