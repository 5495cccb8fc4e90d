import { expect, it } from "vitest";
import { countRequest } from "~/services/limits/request-quota";

const minute = 60_000;

it("counts each holder by itself, and says what is left and until when", () => {
  const start = 1_000_000 * minute;
  expect(countRequest("a", 2, start + 500)).toEqual({ limit: 2, remaining: 1, resetSeconds: 60, exceeded: false });
  expect(countRequest("a", 2, start + 30_000)).toEqual({ limit: 2, remaining: 0, resetSeconds: 30, exceeded: false });
  expect(countRequest("a", 2, start + 59_999)).toEqual({ limit: 2, remaining: 0, resetSeconds: 1, exceeded: true });
  expect(countRequest("b", 2, start + 59_999)).toMatchObject({ remaining: 1, exceeded: false });
});

it("begins anew with the next minute", () => {
  const start = 2_000_000 * minute;
  for (let n = 0; n < 5; n++) countRequest("a", 1, start);
  expect(countRequest("a", 1, start + minute)).toMatchObject({ remaining: 0, exceeded: false });
});
