import { expect, type Page } from "@playwright/test";
import type axe from "axe-core";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Runs axe on the page in its present state and returns one line per fault. */
export async function faults(page: Page): Promise<string[]> {
  // Evaluated as an expression, because the content security policy refuses a script element.
  await page.evaluate(source);
  const { violations } = await page.evaluate(
    (runOnly) =>
      (window as typeof window & { axe: typeof axe }).axe.run(document, { runOnly, resultTypes: ["violations"] }),
    tags,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")} ${failureSummary ?? ""}`),
  );
}

/**
 * Expects that axe finds no fault on the page, in light and dark, wide and narrow, and that the page never scrolls
 * sideways.
 */
export async function expectAccessible(page: Page): Promise<void> {
  for (const width of [1280, 320])
    for (const colorScheme of ["light", "dark"] as const) {
      await page.setViewportSize({ width, height: 720 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const where = `${width} px, ${colorScheme}`;
      expect.soft(await faults(page), where).toEqual([]);
      const room = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect.soft(room, `scrolls sideways: ${where}`).toBeLessThanOrEqual(0);
    }
  await expect.soft(page.getByRole("heading", { level: 1, includeHidden: true })).toHaveCount(1);
}
