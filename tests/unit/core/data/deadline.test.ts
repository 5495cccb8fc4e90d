import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { outsideDeadline, timeLeft, withDeadline } from "~/core/data/deadline.server";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

/** What takes so long by the clock, in milliseconds. */
const taking = (milliseconds: number) => {
  vi.advanceTimersByTime(milliseconds);
  return Promise.resolve();
};

it("there is no limit outside of a request, nor after it", async () => {
  expect(timeLeft()).toBe(Infinity);
  await outsideDeadline(() => taking(1_000));
  let later: () => number = () => 0;
  await withDeadline(100, () => {
    later = () => timeLeft();
    expect(later()).toBe(100);
    return Promise.resolve();
  });
  expect(later()).toBe(Infinity);
});

it("time passes, but not while something else is waited for", () =>
  withDeadline(10_000, async () => {
    await taking(1_000);
    expect(timeLeft()).toBe(9_000);
    await outsideDeadline(async () => {
      await taking(60_000);
      expect(timeLeft()).toBe(9_000);
    });
    expect(timeLeft()).toBe(9_000);
    await taking(500);
    expect(timeLeft()).toBe(8_500);
  }));

it("two waits at once count once, and one that fails ends like any other", () =>
  withDeadline(10_000, async () => {
    let free: () => void = () => undefined;
    const first = outsideDeadline(() => new Promise<void>((resolve) => (free = resolve)));
    const second = outsideDeadline(async () => {
      await taking(5_000);
      throw new Error("refused");
    });
    await expect(second).rejects.toThrow("refused");
    await taking(1_000);
    free();
    await first;
    expect(timeLeft()).toBe(10_000);
    await taking(1);
    expect(timeLeft()).toBe(9_999);
  }));
