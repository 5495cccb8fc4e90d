import type { Page } from "@playwright/test";
import { day, expect, test } from "./support/fixtures";
import { button, field } from "./support/pages";

/**
 * Text at twice its size, and little room (WCAG 2.2, 1.4.4 and 1.4.10): 320 px is a small phone, and what is left of
 * 1280 px at 400 %. The style of the page's root is what a browser's own setting for the size of text changes.
 */

/** The markup is the same without it. */
const javascript = { tag: "@javascript" };

const everyKind = [
  { title: "Water the plants", dueDate: day(1), priority: "high" },
  { title: "Overdue, with a title of some length", dueDate: day(-3), description: "Words" },
  { title: "Done", completedOn: day(-1) },
] as const;

const sizes = [
  { width: 360, height: 640, text: "200%" },
  { width: 320, height: 720, text: "100%" },
  { width: 320, height: 256, text: "100%" },
  { width: 320, height: 256, text: "200%" },
  { width: 1280, height: 720, text: "200%" },
];

const pagesOfAll = ["/", "/login", "/signup", "/forgot-password", "/check-email", "/nowhere", "/docs", "/docs/api"];
const ownPages = [
  ...["/tasks", "/tasks?status=active&page=2", "/tasks?q=nothing", "/tasks/1", "/tasks/1/delete", "/dashboard"],
  ...["/settings", "/settings/log", "/settings/data", "/settings/delete", "/settings/email", "/settings/two-step"],
  ...["/settings/passkeys", "/settings/passkeys/add", "/settings/tokens", "/settings/confirm", "/nowhere"],
];

async function show(page: Page, path: string, { width, height, text }: (typeof sizes)[number]) {
  await page.setViewportSize({ width, height });
  await page.goto(path);
  await page.evaluate((size) => (document.documentElement.style.fontSize = size), text);
}

/** What is wrong with the page as it is drawn now. */
const faults = (page: Page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const found = scrollWidth > clientWidth ? [`scrolls sideways by ${scrollWidth - clientWidth} px`] : [];
    for (const field of document.querySelectorAll<HTMLElement>("input:not([type=checkbox], [type=hidden]), select")) {
      const { width } = field.getBoundingClientRect();
      if (width > 0 && width < Math.min(120, clientWidth / 3)) found.push(`${field.id} is ${width} px wide`);
    }
    // Addresses, secrets and the like have no place where they may break, and no use of one.
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let text = texts.nextNode(); text; text = texts.nextNode())
      for (const { 0: word, index } of (text.textContent ?? "").matchAll(/(?<![^\s(“])\p{L}{2,12}(?![^\s.,:?)”])/gu)) {
        if (!text.parentElement?.checkVisibility() || text.parentElement.closest(".sr-only, script, style, svg"))
          continue;
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
        if (lines.size > 1) found.push(`“${word}” is broken`);
      }
    return [...new Set(found)];
  });

for (const size of sizes)
  test(
    `${size.width} × ${size.height} px with text at ${size.text}`,
    javascript,
    async ({ page, user, addTasks, context }) => {
      await addTasks(user, ...everyKind, ...Array.from({ length: 50 }, (_, index) => `Task ${index}`));
      for (const path of ownPages) {
        await show(page, path, size);
        expect.soft(await faults(page), path).toEqual([]);
      }
      await context.clearCookies();
      for (const path of pagesOfAll) {
        await show(page, path, size);
        expect.soft(await faults(page), path).toEqual([]);
      }
    },
  );

test("what is too wide, and a word that is broken, are noticed", javascript, async ({ page }) => {
  await show(page, "/login", { width: 360, height: 640, text: "100%" });
  expect(await faults(page)).toEqual([]);
  await page.evaluate(() => {
    document.querySelector("main")?.insertAdjacentHTML("beforeend", "<p id='a'>Dashboard</p><p id='b'>x</p>");
    Object.assign(document.getElementById("a")?.style ?? {}, { width: "2ch", fontSize: "2rem" });
    Object.assign(document.getElementById("b")?.style ?? {}, { width: "500px" });
  });
  expect(await faults(page)).toEqual([expect.stringContaining("scrolls sideways"), "“Dashboard” is broken"]);
});

test(
  "a bar at the lower edge leaves room, and hides nothing at the end of a page",
  javascript,
  async ({ page, user, addTasks }) => {
    await addTasks(user, ...everyKind);
    const navigation = page.getByRole("navigation", { name: "Main" });
    for (const size of sizes.filter(({ width }) => width < 768)) {
      await show(page, "/tasks", size);
      const isBar = (await navigation.evaluate((bar) => getComputedStyle(bar).position)) === "fixed";
      expect(isBar, JSON.stringify(size)).toBe(size.height > 600);
      if (!isBar) continue;
      await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
      const bar = await navigation.boundingBox();
      const last = await page.getByRole("link", { name: "Delete Water the plants" }).boundingBox();
      expect(bar?.height).toBeLessThan(size.height / 4);
      expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual(bar?.y ?? 0);
    }
  },
);

test("the title has the room of its line, and the button its own below", javascript, async ({ page, user: _user }) => {
  await show(page, "/tasks", { width: 360, height: 640, text: "200%" });
  const [title, add] = await Promise.all([field(page, "Title").boundingBox(), button(page, "Add task").boundingBox()]);
  expect(title?.width).toBeGreaterThan(250);
  expect(add?.y).toBeGreaterThan((title?.y ?? 0) + (title?.height ?? 0) - 1);
});

test(
  "the chosen place and tab are marked by a border, in forced colours too",
  javascript,
  async ({ page, visit, user: _user }) => {
    await page.emulateMedia({ forcedColors: "active" });
    try {
      for (const width of [360, 1280]) {
        await page.setViewportSize({ width, height: 720 });
        await visit("/tasks?status=active");
        for (const navigation of ["Main", "Status"]) {
          const links = page.getByRole("navigation", { name: navigation }).getByRole("link");
          const borders = await links.evaluateAll((all) =>
            all.map((link) => {
              const { borderTopWidth, borderBottomWidth, borderTopColor, backgroundColor } = getComputedStyle(link);
              const shown = borderTopColor !== backgroundColor;
              const width = parseFloat(borderTopWidth) + parseFloat(borderBottomWidth);
              return { current: link.getAttribute("aria-current") === "page", marked: shown && width >= 2 };
            }),
          );
          expect(borders.filter(({ current }) => current)).toHaveLength(1);
          for (const { current, marked } of borders) expect(marked).toBe(current);
        }
      }
    } finally {
      await page.emulateMedia({ forcedColors: null });
    }
  },
);
