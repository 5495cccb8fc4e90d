import fc from "fast-check";
import { expect, it } from "vitest";
import { pageLinks } from "~/tasks/api/page-links";

const origin = "https://tasks.example.com";

function linksOf(search: string, page: { limit: number; offset: number; total: number }) {
  const header = pageLinks(new URL(`http://inside:3000/api/tasks${search}`), page, origin);
  return Object.fromEntries(
    [...header.matchAll(/<([^>]*)>; rel="(\w+)"/g)].map(([, url = "", relation = ""]) => {
      expect(url.startsWith(`${origin}/api/tasks?`)).toBe(true);
      return [relation, new URL(url)];
    }),
  );
}

const offsets = (page: { limit: number; offset: number; total: number }) =>
  Object.fromEntries(
    Object.entries(linksOf("", page)).map(([name, url]) => [name, Number(url.searchParams.get("offset"))]),
  );

it.each([
  [
    { limit: 50, offset: 0, total: 0 },
    { first: 0, last: 0 },
  ],
  [
    { limit: 50, offset: 0, total: 50 },
    { first: 0, last: 0 },
  ],
  [
    { limit: 50, offset: 0, total: 51 },
    { first: 0, next: 50, last: 50 },
  ],
  [
    { limit: 50, offset: 50, total: 120 },
    { first: 0, prev: 0, next: 100, last: 100 },
  ],
  [
    { limit: 50, offset: 100, total: 120 },
    { first: 0, prev: 50, last: 100 },
  ],
  [
    { limit: 50, offset: 20, total: 120 },
    { first: 0, prev: 0, next: 70, last: 100 },
  ],
  [
    { limit: 50, offset: 1_000, total: 120 },
    { first: 0, prev: 100, last: 100 },
  ],
  [
    { limit: 1, offset: 2, total: 3 },
    { first: 0, prev: 1, last: 2 },
  ],
])("%j", (page, expected) => expect(offsets(page)).toEqual(expected));

it("keeps the rest of the query, encoded, and replaces limit and offset", () => {
  const { next } = linksOf("?q=a%26b%3E&limit=9&offset=1&completed=true", { limit: 2, offset: 0, total: 9 });
  expect(Object.fromEntries(next?.searchParams ?? [])).toEqual({
    q: "a&b>",
    limit: "2",
    offset: "2",
    completed: "true",
  });
});

it("following next from the start meets every item once and ends at last", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 500 }), (limit, total) => {
      let offset: number | undefined = 0;
      let seen = 0;
      while (offset !== undefined) {
        expect(offset).toBe(seen);
        seen += Math.min(limit, total - offset);
        const { next, last }: Record<string, number> = offsets({ limit, offset, total });
        if (next === undefined) expect(offset).toBe(last);
        offset = next;
      }
      expect(seen).toBe(total);
    }),
    { numRuns: 60 },
  );
});
