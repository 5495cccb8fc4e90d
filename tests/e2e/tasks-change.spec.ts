import { day, expect, test } from "./support/fixtures";
import { button, expectFault, expectPlace, field, flash, heading, row, submit } from "./support/pages";

test.describe("adding", () => {
  test("a title is enough", async ({ page, visit, user: _user }) => {
    await visit("/tasks");
    await expect(page.getByText("Your list is empty.")).toBeVisible();
    await field(page, "Title").fill("  <b>Water</b> the plants & “roses”  ");
    await button(page, "Add task").click();
    const added = row(page, "<b>Water</b> the plants & “roses”");
    await expect(added).toContainText("Medium");
    await expect(flash(page)).toHaveText("Task added");
    await expect(field(page, "Title")).toHaveValue("");
    await expectPlace(page, "/tasks");
    await visit("/tasks");
    await expect(added).toBeVisible();
    await expect(flash(page)).toBeEmpty();
  });

  test("with everything that can be said of a task", async ({ page, visit, user: _user }) => {
    await visit("/tasks");
    await page.getByText("More", { exact: true }).click();
    await field(page, "Title").fill("Pay the rent");
    await field(page, "Description").fill("To the new account\nnot the old one");
    await field(page, "Priority").selectOption("High");
    await field(page, "Due date").fill(day(1));
    await button(page, "Add task").click();
    await expect(row(page, "Pay the rent")).toContainText("High");
    await expect(row(page, "Pay the rent").getByText("Due tomorrow")).toHaveAttribute("datetime", day(1));

    await page.getByRole("link", { name: "Pay the rent", exact: true }).click();
    await expect(heading(page, "Pay the rent")).toBeVisible();
    await expectPlace(page, "/tasks/1");
    await expect(field(page, "Title")).toHaveValue("Pay the rent");
    await expect(field(page, "Description")).toHaveValue("To the new account\nnot the old one");
    await expect(field(page, "Priority")).toHaveValue("high");
    await expect(field(page, "Due date")).toHaveValue(day(1));
  });

  test("a title of nothing but spaces", async ({ page, visit, user: _user }) => {
    await visit("/tasks");
    await field(page, "Title").fill("   ");
    expect(await submit(page, "Add task")).toBe(400);
    await expectFault(page, "Title", "Enter a title");
    await expect(page.getByText("Your list is empty.")).toBeVisible();
  });

  test("what is too long is kept, and the place of the error is open", async ({ page, visit, user: _user }) => {
    const [title, description] = ["t".repeat(201), "d".repeat(10_001)];
    await visit("/tasks?status=active");
    await field(page, "Title").fill(title);
    expect(await submit(page, "Add task")).toBe(400);
    await expectFault(page, "Title", "Title must be at most 200 characters");
    await expect(field(page, "Title")).toHaveValue(title);
    await expect(field(page, "Description")).toBeHidden();

    await page.getByText("More", { exact: true }).click();
    await field(page, "Title").fill("Short");
    await field(page, "Description").fill(description);
    await field(page, "Priority").selectOption("Low");
    expect(await submit(page, "Add task")).toBe(400);
    await expectFault(page, "Description", "Description must be at most 10,000 characters");
    await expect(field(page, "Description")).toHaveValue(description);
    await expect(field(page, "Title")).toHaveValue("Short");
    await expect(field(page, "Title")).not.toHaveAttribute("aria-invalid");
    await expect(field(page, "Priority")).toHaveValue("low");
    await expectPlace(page, "/tasks?status=active");
  });
});

test.describe("completing", () => {
  test("and reopening", async ({ page, visit, user, addTasks }) => {
    await addTasks(user, "Water the plants", "Feed the cat");
    await visit("/tasks");
    await button(page, "Complete Water the plants").click();
    await expect(button(page, "Reopen Water the plants")).toBeVisible();
    await expect(button(page, "Complete Feed the cat")).toBeVisible();
    await expect(flash(page)).toHaveText("Task completed");
    await visit("/tasks");
    await expect(row(page, "Water the plants").getByRole("link").first()).toHaveCSS(
      "text-decoration-line",
      "line-through",
    );
    await button(page, "Reopen Water the plants").click();
    await expect(button(page, "Complete Water the plants")).toBeVisible();
    await expect(flash(page)).toHaveText("Task reopened");
  });

  test("on the task's own page", async ({ page, visit, user, addTasks }) => {
    await addTasks(user, "Water the plants");
    await visit("/tasks/1?status=active");
    await button(page, "Complete Water the plants").click();
    await expect(button(page, "Reopen Water the plants")).toBeVisible();
    await expect(flash(page)).toHaveText("Task completed");
    await expectPlace(page, "/tasks/1?status=active");
  });
});

test.describe("editing", () => {
  test("every field", async ({ page, visit, user, addTasks }) => {
    await addTasks(user, { title: "Old", description: "Old words", priority: "low", dueDate: day(3) });
    await visit("/tasks/1");
    await field(page, "Title").fill("New");
    await field(page, "Description").fill("");
    await field(page, "Priority").selectOption("High");
    await field(page, "Due date").fill("");
    await button(page, "Save task").click();
    await expect(heading(page, "New")).toBeVisible();
    await expect(flash(page)).toHaveText("Task saved");
    await visit("/tasks/1");
    await expect(field(page, "Title")).toHaveValue("New");
    await expect(field(page, "Description")).toHaveValue("");
    await expect(field(page, "Priority")).toHaveValue("high");
    await expect(field(page, "Due date")).toHaveValue("");
  });

  test("what is refused is kept in the form and not in the task", async ({ page, visit, user, addTasks }) => {
    await addTasks(user, "Old");
    await visit("/tasks/1");
    await field(page, "Title").fill("");
    await field(page, "Description").fill("New words");
    expect(await submit(page, "Save task")).toBe(400);
    await expectFault(page, "Title", "Enter a title");
    await expect(field(page, "Title")).toHaveValue("");
    await expect(field(page, "Description")).toHaveValue("New words");
    await expect(heading(page, "Old")).toBeVisible();
    await visit("/tasks/1");
    await expect(field(page, "Description")).toHaveValue("");
  });
});

test.describe("deleting", () => {
  test("asks first, on a page of its own", async ({ page, visit, user, addTasks }) => {
    await addTasks(user, "Water the plants", "Feed the cat");
    await visit("/tasks/1/delete?status=active");
    await expect(heading(page, "Delete this task?")).toBeVisible();
    await expect(page.getByRole("main").getByText("Water the plants")).toBeVisible();
    await page.getByRole("link", { name: "Keep it" }).click();
    await expectPlace(page, "/tasks?status=active");
    await expect(row(page, "Water the plants")).toBeVisible();

    await visit("/tasks/1/delete?status=active");
    await button(page, "Delete task").click();
    await expect(flash(page)).toHaveText("Task deleted");
    await expectPlace(page, "/tasks?status=active");
    await expect(row(page, "Feed the cat")).toBeVisible();
    await expect(row(page, "Water the plants")).toHaveCount(0);
  });

  test("from the list", async ({ page, visit, user, addTasks }) => {
    await addTasks(user, "Water the plants", "Feed the cat");
    await visit("/tasks?sort=title");
    await page.getByRole("link", { name: "Delete Feed the cat" }).click();
    await expect(page.getByRole("heading", { name: "Delete this task?" })).toBeVisible();
    await button(page, "Delete task").click();
    await expect(flash(page)).toHaveText("Task deleted");
    await expectPlace(page, "/tasks?sort=title");
    await expect(row(page, "Feed the cat")).toHaveCount(0);
    await expect(row(page, "Water the plants")).toBeVisible();
  });

  test("from the task's page", async ({ page, visit, user, addTasks }) => {
    await addTasks(user, "Water the plants");
    await visit("/tasks/1?status=active");
    await page.getByRole("link", { name: "Delete", exact: true }).click();
    await expect(heading(page, "Delete this task?")).toBeVisible();
    await button(page, "Delete task").click();
    await expectPlace(page, "/tasks?status=active");
    await expect(page.getByText("Nothing left to do.")).toBeVisible();
  });
});

test("another user's task is not there, whatever one tries", async ({
  page,
  visit,
  user: _user,
  newAccount,
  addTasks,
}) => {
  const other = await newAccount();
  await addTasks(other, "A secret");
  for (const path of ["/tasks/1", "/tasks/1/delete", "/tasks/0", "/tasks/one"]) {
    expect((await visit(path))?.status(), path).toBe(404);
    await expect(heading(page, "Page not found")).toBeVisible();
    await expect(page.getByText("A secret")).toHaveCount(0);
  }
  await page.getByRole("link", { name: "Go to your tasks" }).click();
  await expect(heading(page, "Tasks")).toBeVisible();
});

test("a task that another window has deleted", async ({ page, visit, user, addTasks, context }) => {
  await addTasks(user, "Water the plants");
  await visit("/tasks/1");
  const window2 = await context.newPage();
  await visit("/tasks/1/delete", window2);
  await button(window2, "Delete task").click();
  await expect(flash(window2)).toHaveText("Task deleted");

  await field(page, "Title").fill("Too late");
  expect(await submit(page, "Save task")).toBe(404);
  await expect(heading(page, "This task is gone")).toBeVisible();
  await expect(field(page, "Title")).toHaveValue("Too late");
});
