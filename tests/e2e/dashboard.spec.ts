import type { Page } from "@playwright/test";
import { day, expect, test } from "./support/fixtures";
import { heading } from "./support/pages";

const count = (page: Page, label: string) =>
  page
    .getByRole("term")
    .filter({ hasText: new RegExp(`^${label}$`) })
    .locator("xpath=../dd");

test("the counts, the next tasks and the chart are those of the account", async ({
  page,
  visit,
  user,
  addTasks,
  newAccount,
}) => {
  await addTasks(await newAccount(), { title: "Of somebody else", dueDate: day(), priority: "high" });
  await addTasks(
    user,
    "No date",
    { title: "Long overdue", dueDate: day(-30) },
    { title: "Overdue", dueDate: day(-1), priority: "high" },
    { title: "Today", dueDate: day() },
    { title: "In six days", dueDate: day(6) },
    { title: "In seven days", dueDate: day(7) },
    { title: "In a year", dueDate: day(365) },
    { title: "Done today, was overdue", dueDate: day(-1), completedOn: day() },
    { title: "Done today, was due today", dueDate: day(), completedOn: day() },
    { title: "Done thirteen days ago", completedOn: day(-13) },
    { title: "Done a month ago", completedOn: day(-30) },
  );
  await visit("/dashboard");
  await expect(heading(page, "Dashboard")).toBeVisible();
  for (const [label, expected] of [
    ["Open", "7"],
    ["Completed", "4"],
    ["Overdue", "2"],
    ["Due today", "1"],
    ["Due this week", "2"],
  ] as const)
    await expect(count(page, label), label).toHaveText(expected);

  const next = page.getByRole("region", { name: "Next due" }).getByRole("link");
  await expect(next).toHaveText(["Long overdue", "Overdue", "Today", "In six days", "In seven days"]);

  await expect(page.getByRole("img", { name: "3 tasks completed in the last 14 days" })).toBeVisible();
  const days = page.getByRole("table", { name: "Tasks completed per day" }).locator("tbody").getByRole("row");
  await expect(days).toHaveCount(14);
  await expect(days.first().getByRole("cell")).toHaveText("1");
  await expect(days.nth(1).getByRole("cell")).toHaveText("0");
  await expect(days.last().getByRole("cell")).toHaveText("2");
  await expect(days.last().locator("time")).toHaveAttribute("datetime", day());

  await next.first().click();
  await expect(heading(page, "Long overdue")).toBeVisible();
});

test("the names of the days keep to the page", async ({ page, visit, user, addTasks }) => {
  await addTasks(user, ...Array.from({ length: 12 }, (_, index) => ({ title: `Task ${index}`, completedOn: day() })));
  for (const [width, size] of [
    [360, "100%"],
    [320, "100%"],
    [360, "200%"],
    [1280, "100%"],
  ] as const) {
    await page.setViewportSize({ width, height: 760 });
    await visit("/dashboard");
    await page.evaluate((fontSize) => (document.documentElement.style.fontSize = fontSize), size);
    const chart = page.getByRole("figure");
    const area = await chart.boundingBox();
    const boxes = [];
    for (const name of await chart.locator(".chart-days p:visible").all()) boxes.push(await name.boundingBox());
    expect(boxes.length, `${width} ${size}`).toBeGreaterThan(2);
    for (const [index, box] of boxes.entries()) {
      const end = (box?.x ?? 0) + (box?.width ?? 0);
      expect(end, `${width} ${size}`).toBeLessThanOrEqual((area?.x ?? 0) + (area?.width ?? 0) + 0.5);
      expect(end, `${width} ${size}`).toBeLessThanOrEqual((boxes[index + 1]?.x ?? Infinity) + 0.5);
    }
    await expect(chart.getByText("Today", { exact: true })).toBeVisible();
  }
});

test("an account without tasks", async ({ page, visit, user: _user }) => {
  await visit("/dashboard");
  await expect(count(page, "Open")).toHaveText("0");
  await expect(page.getByText("No open task has a due date.")).toBeVisible();
  const chart = page.getByRole("img", { name: "0 tasks completed in the last 14 days" });
  await expect(chart).toBeVisible();
  await expect(page.getByText("Nothing completed in these days.")).toBeVisible();
  // A line, and no empty band above it.
  expect((await chart.boundingBox())?.height).toBeLessThan(10);
  await page.getByRole("link", { name: "Go to your tasks" }).click();
  await expect(heading(page, "Tasks")).toBeVisible();
});
