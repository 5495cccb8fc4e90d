import { expect, it } from "vitest";
import { newEventId } from "~/services/audit/event-id";

it("ids of one millisecond, of thousands in it, and of a clock that was put back, are in the order of their making", () => {
  const now = Date.now();
  const ids = [
    ...Array.from({ length: 10_000 }, () => newEventId(now)),
    newEventId(now - 60_000),
    newEventId(now + 10),
  ];
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of [ids[0], ids[5_000]])
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
