import { expect, test } from "./support/fixtures";
import { heading } from "./support/pages";

test("the guide and the reference are found from the start page, by anybody", async ({ page, visit }) => {
  await visit("/");
  await page.getByRole("link", { name: "API guide" }).click();
  await expect(heading(page, "API guide")).toBeVisible();
  await expect(page).toHaveTitle("API guide · Holdfast");
  await page.getByRole("main").getByRole("link", { name: "API reference" }).click();
  await expect(heading(page, "API reference")).toBeVisible();
  await expect(page).toHaveTitle("API reference · Holdfast");
});

test("a link at the top leads to its call", async ({ page, visit }) => {
  await visit("/docs/api");
  await page.getByRole("navigation", { name: "On this page" }).getByRole("link", { name: "Delete a task" }).click();
  await expect(page).toHaveURL(/#deleteTask$/);
  await expect(page.getByRole("heading", { name: "Delete a task" })).toBeInViewport();
});

test("the settings lead to the guide", async ({ page, visit, user: _user }) => {
  await visit("/settings/tokens");
  await page.getByRole("link", { name: "API guide" }).click();
  await expect(heading(page, "API guide")).toBeVisible();
});

test("on a phone, long lines scroll in a box of their own, with the keyboard too", async ({ page, visit }) => {
  await page.setViewportSize({ width: 360, height: 720 });
  for (const path of ["/docs", "/docs/api"]) {
    await visit(path);
    const code = page.locator("pre");
    const wide = await code.evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).length);
    expect(wide).toBeGreaterThan(0);
    const names = await code.evaluateAll((all) => all.map((one) => one.getAttribute("aria-label") ?? ""));
    expect(new Set(names).size).toBe(names.length);
    const first = code.first();
    await first.focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => first.evaluate((one) => one.scrollLeft)).toBeGreaterThan(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  }
});
