import path from "node:path";
import { day, expect, test } from "../e2e/support/fixtures";
import { heading } from "../e2e/support/pages";

test("the task list, as the README shows it", async ({ page, visit, user, addTasks }) => {
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  // The newest stands first.
  await addTasks(
    user,
    { title: "Sharpen the kitchen knives", priority: "low", dueDate: day(12) },
    { title: "Fix the dripping tap", priority: "medium", completed: true },
    { title: "Ask Mira for the recipe", priority: "low" },
    { title: "Return the library books", priority: "medium", dueDate: day(-1), completed: true },
    { title: "Book the train to Lyon", priority: "medium", dueDate: day(3), description: "Window seat, before 10." },
    { title: "Water the fig tree", priority: "low", dueDate: day(1) },
    { title: "Renew the passport", priority: "high", dueDate: day(-2), description: "Photos are in the blue folder." },
    { title: "Call the dentist about Thursday", priority: "high", dueDate: day(0) },
  );
  await visit("/tasks");
  await expect(heading(page, "Tasks")).toBeVisible();
  await page.screenshot({ path: path.resolve(import.meta.dirname, "../../docs/holdfast.png") });
});
