import { expect, it } from "vitest";
import { BodyBudget } from "~/web/body/body-budget";

it("one subscriber's bodies hold so much together, and another's are not touched", () => {
  const budget = new BodyBudget(100, 1_000);
  const [one, other] = [budget.share("a"), budget.share("a")];
  expect(one.take(60)).toBeNull();
  expect(other.take(41)).toBe("subscriber");
  expect(other.take(40)).toBeNull();
  expect(budget.share("b").take(100)).toBeNull();
});

it("all together hold so much", () => {
  const budget = new BodyBudget(100, 150);
  expect(budget.share("a").take(100)).toBeNull();
  expect(budget.share("b").take(51)).toBe("everybody");
  expect(budget.share("b").take(50)).toBeNull();
});

it("what is released is free again, once", () => {
  const budget = new BodyBudget(100, 100);
  const [one, other] = [budget.share("a"), budget.share("a")];
  one.take(50);
  other.take(50);
  one.release();
  one.release();
  const third = budget.share("a");
  expect(third.take(51)).toBe("subscriber");
  expect(third.take(50)).toBeNull();
  expect(budget.share("b").take(1)).toBe("everybody");
});
