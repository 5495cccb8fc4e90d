import type { Page } from "@playwright/test";
import { day, expect, test } from "./support/fixtures";
import { button, expectPlace, field, flash, heading, row, titles } from "./support/pages";

const status = (page: Page, name: string) =>
  page.getByRole("navigation", { name: "Status" }).getByRole("link", { name, exact: true });

test("the status links narrow the list and say which is chosen", async ({ page, visit, user, addTasks }) => {
  await addTasks(user, "Open one", { title: "Done one", completed: true });
  await visit("/tasks");
  await expect(status(page, "All")).toHaveAttribute("aria-current", "page");
  await expect(titles(page)).toHaveText(["Done one", "Open one"]);

  await status(page, "Active").click();
  await expect(status(page, "Active")).toHaveAttribute("aria-current", "page");
  await expect(status(page, "All")).not.toHaveAttribute("aria-current");
  await expect(titles(page)).toHaveText(["Open one"]);
  await expectPlace(page, "/tasks?status=active");

  await status(page, "Completed").click();
  await expect(status(page, "Completed")).toHaveAttribute("aria-current", "page");
  await expect(titles(page)).toHaveText(["Done one"]);
});

test("priority, order and status work together", async ({ page, visit, user, addTasks, javaScriptEnabled }) => {
  await addTasks(
    user,
    { title: "b", priority: "high", dueDate: day(2) },
    { title: "c", priority: "high" },
    { title: "a", priority: "high", dueDate: day(5) },
    { title: "d", priority: "low", dueDate: day(1) },
    { title: "e", priority: "high", completed: true },
  );
  // With JavaScript a choice is its own "Apply".
  const choose = async (label: string, option: string) => {
    await field(page, label).selectOption(option);
    if (!javaScriptEnabled) await button(page, "Apply").click();
  };
  await visit("/tasks?status=active");
  await choose("Show", "High");
  await expect(titles(page)).toHaveText(["a", "c", "b"]);
  await choose("Order", "Due soonest");
  await expect(titles(page)).toHaveText(["b", "a", "c"]);
  await choose("Order", "Title Z–A");
  await expect(titles(page)).toHaveText(["c", "b", "a"]);
  await expect(field(page, "Show")).toHaveValue("high");
  await expect(status(page, "Active")).toHaveAttribute("aria-current", "page");
  const address = new URL(page.url()).searchParams;
  expect(Object.fromEntries([...address].filter(([, value]) => value !== ""))).toEqual({
    status: "active",
    priority: "high",
    sort: "-title",
  });
  await page.getByRole("link", { name: "Show everything again" }).click();
  await expectPlace(page, "/tasks?status=active");
  await expect(field(page, "Show")).toHaveValue("");
  await expect(titles(page)).toHaveText(["d", "a", "c", "b"]);
});

test("every order", async ({ page, user, addTasks }) => {
  await addTasks(
    user,
    { title: "bravo", priority: "low", dueDate: day(2) },
    { title: "Alpha", priority: "high" },
    { title: "charlie", priority: "medium", dueDate: day(-1) },
  );
  for (const [sort, expected] of [
    ["-created_at", ["charlie", "Alpha", "bravo"]],
    ["created_at", ["bravo", "Alpha", "charlie"]],
    ["due_date", ["charlie", "bravo", "Alpha"]],
    ["-due_date", ["bravo", "charlie", "Alpha"]],
    ["priority", ["bravo", "charlie", "Alpha"]],
    ["-priority", ["Alpha", "charlie", "bravo"]],
    ["title", ["Alpha", "bravo", "charlie"]],
    ["-title", ["charlie", "bravo", "Alpha"]],
  ] as const) {
    await page.goto(`/tasks?sort=${sort}`);
    await expect(titles(page), sort).toHaveText([...expected]);
    await expect(field(page, "Order")).toHaveValue(sort);
  }
});

test("the search takes every character for itself and ignores case", async ({ page, visit, user, addTasks }) => {
  await addTasks(user, "Save 50% now", "Save 500 now", "snake_case", "snakeXcase", "Grüße aus KÖLN", {
    title: "Elsewhere",
    description: "auch in köln",
  });
  await visit("/tasks?status=active");
  const search = async (words: string) => {
    await field(page, "Search").fill(words);
    await field(page, "Search").press("Enter");
  };
  await search("50%");
  await expect(titles(page)).toHaveText(["Save 50% now"]);
  await search("e_c");
  await expect(titles(page)).toHaveText(["snake_case"]);
  await search("Köln");
  await expect(titles(page)).toHaveText(["Elsewhere", "Grüße aus KÖLN"]);
  await expect(field(page, "Search")).toHaveValue("Köln");
  await expect(status(page, "Active")).toHaveAttribute("aria-current", "page");
  await search("nowhere");
  await expect(page.getByText("No task fits this search.")).toBeVisible();
  await page.getByRole("link", { name: "Show everything again" }).click();
  await expect(titles(page)).toHaveCount(6);
});

test("pages of fifty; the last task of the last page leads to the page before", async ({
  page,
  visit,
  user,
  addTasks,
}) => {
  await addTasks(user, ...Array.from({ length: 101 }, (_, index) => `Task ${index + 1}`));
  const previous = page.getByRole("link", { name: "Previous page" });
  const next = page.getByRole("link", { name: "Next page" });
  await visit("/tasks?sort=created_at");
  await expect(titles(page)).toHaveCount(50);
  await expect(previous).toHaveCount(0);
  await next.click();
  await expect(titles(page).first()).toHaveText("Task 51");
  await expect(titles(page)).toHaveCount(50);
  await expectPlace(page, "/tasks?sort=created_at&page=2");
  await next.click();
  await expect(titles(page)).toHaveText(["Task 101"]);
  await expect(next).toHaveCount(0);

  await page.getByRole("link", { name: "Delete Task 101" }).click();
  await button(page, "Delete task").click();
  await expectPlace(page, "/tasks?sort=created_at&page=2");
  await expect(titles(page).last()).toHaveText("Task 100");
  await previous.click();
  await expect(titles(page).first()).toHaveText("Task 1");
  await visit("/tasks?page=99");
  await expectPlace(page, "/tasks?page=2");
});

test("after every action one is back on the same filtered page", async ({ page, visit, user, addTasks }) => {
  await addTasks(
    user,
    ...Array.from({ length: 55 }, (_, index) => ({ title: `Task ${index + 1}`, priority: "low" as const })),
  );
  const view = "/tasks?priority=low&sort=created_at&page=2";
  await visit(view);
  await button(page, "Complete Task 51").click();
  await expect(button(page, "Reopen Task 51")).toBeVisible();
  await expectPlace(page, view);

  await button(page, "Reopen Task 51").click();
  await expect(button(page, "Complete Task 51")).toBeVisible();
  await expectPlace(page, view);

  await page.getByRole("link", { name: "Delete Task 55" }).click();
  await button(page, "Delete task").click();
  await expect(row(page, "Task 55")).toHaveCount(0);
  await expect(page.getByRole("status")).toHaveText("Task deleted");
  await expectPlace(page, view);

  await field(page, "Title").fill("Added");
  await button(page, "Add task").click();
  await expect(page.getByRole("status")).toContainText("Task added");
  await expectPlace(page, view);

  await page.getByRole("link", { name: "Task 52", exact: true }).click();
  await button(page, "Save task").click();
  await expect(page.getByRole("status")).toHaveText("Task saved");
  await page.getByRole("link", { name: "All tasks" }).click();
  await expect(row(page, "Task 52")).toBeVisible();
  await expectPlace(page, view);
});

test.describe("far down a long list", () => {
  const names = Array.from({ length: 45 }, (_, index) => `Task ${index + 1}`);

  for (const [what, view, act, seen] of [
    ["a completed task stays in sight", "/tasks", "Complete Task 9", "Task 9"],
    ["the task after a completed one takes its place", "/tasks?status=active", "Complete Task 9", "Task 8"],
    ["the last one's place goes to the one before it", "/tasks?status=active", "Complete Task 1", "Task 2"],
    ["a reopened task leaves the completed ones", "/tasks?status=completed", "Reopen Task 9", "Task 8"],
  ] as const)
    test(what, async ({ page, visit, user, addTasks }) => {
      const done = view.endsWith("completed");
      await addTasks(user, ...names.map((title) => (done ? { title, completedOn: day(0) } : title)));
      await visit(view);
      await button(page, act).click();
      await expect(flash(page)).toHaveText(/^Task (completed|reopened)$/);
      await expect(flash(page)).toBeInViewport();
      await expect(row(page, seen)).toBeInViewport();
      expect(await page.evaluate(() => window.scrollY)).toBeGreaterThan(500);
      await expectPlace(page, view);
    });

  test("the task after a deleted one takes its place", async ({ page, visit, user, addTasks }) => {
    await addTasks(user, ...names);
    await visit("/tasks");
    await page.getByRole("link", { name: "Delete Task 9", exact: true }).click();
    await button(page, "Delete task").click();
    await expect(flash(page)).toHaveText("Task deleted");
    await expect(row(page, "Task 9")).toHaveCount(0);
    await expect(row(page, "Task 8")).toBeInViewport();
    await expectPlace(page, "/tasks");
  });
});

for (const [what, view] of [
  ["among the completed ones", "/tasks?status=completed"],
  ["where another priority is chosen", "/tasks?priority=high"],
  ["in a search that it does not fit", "/tasks?q=plants"],
] as const)
  test(`a task that is added ${what} says where it is`, async ({ page, visit, user, addTasks }) => {
    await addTasks(user, ...Array.from({ length: 60 }, (_, index) => `Task ${index}`));
    await visit(view);
    await field(page, "Title").fill("Feed the cat");
    await button(page, "Add task").click();
    await expect(flash(page)).toHaveText("Task added to Active: show it");
    await expectPlace(page, view);
    await expect(row(page, "Feed the cat")).toHaveCount(0);
    await flash(page).getByRole("link", { name: "show it" }).click();
    await expectPlace(page, "/tasks?status=active");
    await expect(row(page, "Feed the cat")).toBeInViewport();
  });

test("a task that is added where it can be seen says no more than that", async ({ page, visit, user, addTasks }) => {
  await addTasks(user, "Water the plants");
  for (const view of ["/tasks", "/tasks?status=active", "/tasks?q=cat", "/tasks?priority=medium&sort=title&q=cat"]) {
    await visit(view);
    await field(page, "Title").fill("Feed the cat");
    await button(page, "Add task").click();
    await expect(flash(page)).toHaveText("Task added");
    await expectPlace(page, view);
  }
});

test("an empty list says so, and what to do", async ({ page, visit, user: _user }) => {
  for (const [path, words] of [
    ["/tasks", "Your list is empty. Write your first task in the field above."],
    ["/tasks?status=active", "Nothing left to do. Enjoy it, or add the next task above."],
    ["/tasks?status=completed", "Nothing completed yet. What you finish is kept here."],
    ["/tasks?q=x", "No task fits this search."],
  ] as const) {
    await visit(path);
    await expect(heading(page, "Tasks")).toBeVisible();
    await expect(page.getByText(words)).toBeVisible();
    await expect(titles(page)).toHaveCount(0);
  }
});

test("an address that makes no sense is the plain list", async ({ page, visit, user, addTasks }) => {
  await addTasks(user, "Water the plants");
  expect((await visit("/tasks?status=x&priority=y&sort=z&page=-1&q=%00"))?.status()).toBe(200);
  await expect(titles(page)).toHaveText(["Water the plants"]);
  await expect(status(page, "All")).toHaveAttribute("aria-current", "page");
});
