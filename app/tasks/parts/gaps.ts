import { useEffect, useState } from "react";
import type { TaskItem } from "./task-row";

/** The room of a row that has left the list under the pointer. */
export type Gap = Readonly<{ number: number; height: number }>;

type Leaving = Gap & Readonly<{ after: number | null }>;

/**
 * Keeps the room of rows that leave the list by a click, so that no other row comes under the pointer and is hit by the
 * next click. The room goes when the pointer leaves the list, a finger scrolls, or a key is pressed: then nobody is aiming.
 *
 * @returns the rows with the gaps between them, and what notes that a row is about to leave
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
