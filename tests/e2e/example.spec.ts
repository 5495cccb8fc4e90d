import { day, expect, test } from "./support/fixtures";

/** The example of docs/testing.md: it runs twice, with JavaScript and without. */
test("a task that is completed leaves the active list", async ({ page, visit, user, addTasks }) => {
  await addTasks(user, "Feed the cat", { title: "Pay the rent", priority: "high", dueDate: day(1) });
  await visit("/tasks?status=active");

  const rent = page.getByRole("listitem").filter({ hasText: "Pay the rent" });
  await expect(rent).toContainText("Due tomorrow");
  await rent.getByRole("button", { name: "Complete Pay the rent" }).click();

  await expect(page.getByRole("status")).toHaveText("Task completed");
  await expect(rent).toHaveCount(0);
  await expect(page).toHaveURL(/\/tasks\?status=active$/);
});
