import type { Page, Request, Route } from "@playwright/test";
import { expect, test } from "./support/fixtures";
import { button, expectFault, expectPlace, field, flash, heading, row, submit, titles } from "./support/pages";

/** What JavaScript adds to pages that are complete without it. */
const javascript = { tag: "@javascript" };

/** Marks the document; a reload would lose the mark. */
const mark = (page: Page) => page.evaluate(() => Reflect.set(window, "marked", true));
const isMarked = (page: Page) => page.evaluate(() => Reflect.get(window, "marked") === true);

const isPost = (request: Request) => request.method() === "POST";

/** Keeps what a page sends from arriving until the test lets it through. */
async function holdBack(page: Page): Promise<{ let: (outcome: "through" | "fail") => void }> {
  let decide: (outcome: "through" | "fail") => void = () => undefined;
  const decision = new Promise<"through" | "fail">((resolve) => (decide = resolve));
  await page.route(/\.data/, async (route: Route) => {
    if (!isPost(route.request())) return route.continue();
    return (await decision) === "through" ? route.continue() : route.abort();
  });
  return { let: decide };
}

test("forms and links do not reload the document", javascript, async ({ page, visit, user, addTasks }) => {
  await addTasks(user, "Water the plants");
  await visit("/tasks");
  await mark(page);
  await field(page, "Title").fill("Feed the cat");
  await button(page, "Add task").click();
  await expect(row(page, "Feed the cat")).toBeVisible();
  await button(page, "Complete Water the plants").click();
  await expect(button(page, "Reopen Water the plants")).toBeVisible();
  await page.getByRole("link", { name: "Water the plants", exact: true }).click();
  await expect(heading(page, "Water the plants")).toBeVisible();
  await field(page, "Title").fill("Water the roses");
  await button(page, "Save task").click();
  await expect(heading(page, "Water the roses")).toBeVisible();
  await page.getByRole("link", { name: "Settings" }).click();
  await button(page, "Save profile").click();
  await expect(flash(page)).toHaveText("Profile saved");
  await button(page, "Sign out").click();
  await expect(heading(page, "Sign in")).toBeVisible();
  expect(await isMarked(page)).toBe(true);
});

test("a row shows at once what a click does", javascript, async ({ page, visit, user, addTasks }) => {
  await addTasks(user, "Water the plants");
  await visit("/tasks");
  const held = await holdBack(page);
  await button(page, "Complete Water the plants").click();
  await expect(button(page, "Reopen Water the plants")).toBeVisible();
  await expect(titles(page)).toHaveCSS("text-decoration-line", "line-through");
  await expect(flash(page)).toBeEmpty();
  held.let("through");
  await expect(flash(page)).toHaveText("Task completed");
  await expect(button(page, "Reopen Water the plants")).toBeVisible();
});

test(
  "a row falls back when its request does not arrive",
  javascript,
  async ({ page, visit, user, addTasks, problems }) => {
    problems.allow(/net::ERR_FAILED/);
    await addTasks(user, "Water the plants");
    await visit("/tasks");
    await field(page, "Title").fill("Half a thought");
    const held = await holdBack(page);
    await button(page, "Complete Water the plants").click();
    await expect(button(page, "Reopen Water the plants")).toBeVisible();
    held.let("fail");
    await expect(button(page, "Complete Water the plants")).toBeVisible();
    await expect(page.getByRole("alert")).toContainText(
      "That did not reach the server. Check the connection and try again.",
    );
    await expect(field(page, "Title")).toHaveValue("Half a thought");
    await expect(heading(page, "Tasks")).toBeVisible();
  },
);

test("a form says that it is on its way", javascript, async ({ page, visit, user: _user }) => {
  await visit("/tasks");
  const held = await holdBack(page);
  await field(page, "Title").fill("Feed the cat");
  await button(page, "Add task").click();
  await expect(button(page, "Add task")).toHaveAttribute("aria-busy", "true");
  await expect(button(page, "Add task")).toHaveText("Add task");
  held.let("through");
  await expect(row(page, "Feed the cat")).toBeVisible();
  await expect(button(page, "Add task")).not.toHaveAttribute("aria-busy");
});

test(
  "the add form is empty afterwards, with the focus in its title",
  javascript,
  async ({ page, visit, user: _user }) => {
    await visit("/tasks");
    await page.getByText("More", { exact: true }).click();
    await field(page, "Description").fill("Words");
    await field(page, "Priority").selectOption("High");
    await field(page, "Title").fill("First");
    await button(page, "Add task").click();
    await expect(row(page, "First")).toBeVisible();
    await expect(field(page, "Title")).toBeFocused();
    await expect(field(page, "Title")).toHaveValue("");
    await expect(field(page, "Description")).toHaveValue("");
    await expect(field(page, "Priority")).toHaveValue("medium");
    await page.keyboard.type("Second");
    await page.keyboard.press("Enter");
    await expect(titles(page)).toHaveText(["Second", "First"]);
  },
);

test("the focus goes to the first faulty field", javascript, async ({ page, visit, signIn }) => {
  await visit("/signup");
  await field(page, "Name (optional)").fill("Ada");
  await field(page, "Password").fill("short");
  expect(await submit(page, "Create account")).toBe(400);
  await expect(field(page, "Email")).toBeFocused();
  await field(page, "Email").fill("ada@example.com");
  await field(page, "Password").fill("short");
  expect(await submit(page, "Create account")).toBe(400);
  await expect(field(page, "Password")).toBeFocused();

  await signIn();
  await visit("/tasks");
  await page.getByText("More", { exact: true }).click();
  await field(page, "Title").fill("Long");
  await field(page, "Description").fill("d".repeat(10_001));
  await page.getByText("More", { exact: true }).click();
  expect(await submit(page, "Add task")).toBe(400);
  await expectFault(page, "Description", "Description must be at most 10,000 characters");
  await expect(field(page, "Description")).toBeFocused();
});

test(
  "the focus stays on a check button, and goes on when its row leaves",
  javascript,
  async ({ page, visit, user, addTasks }) => {
    await addTasks(user, "C", "B", "A");
    await visit("/tasks");
    await button(page, "Complete B").click();
    await expect(flash(page)).toHaveText("Task completed");
    await expect(button(page, "Reopen B")).toBeFocused();
    await page.keyboard.press("Space");
    await expect(flash(page)).toHaveText("Task reopened");
    await expect(button(page, "Complete B")).toBeFocused();

    await visit("/tasks?status=active");
    await button(page, "Complete B").click();
    await expect(row(page, "B")).toHaveCount(0);
    await expect(button(page, "Complete C")).toBeFocused();
    await page.keyboard.press("Space");
    await expect(row(page, "C")).toHaveCount(0);
    await expect(button(page, "Complete A")).toBeFocused();
    await page.keyboard.press("Space");
    await expect(page.getByText("Nothing left to do.")).toBeVisible();
    await expect(page.getByRole("main")).toBeFocused();
  },
);

test("a new page begins at its heading", javascript, async ({ page, visit, user, addTasks }) => {
  await addTasks(user, "Water the plants");
  await visit("/tasks");
  await page.getByRole("link", { name: "Dashboard" }).click();
  await expect(heading(page, "Dashboard")).toBeFocused();
  await page.getByRole("link", { name: "Tasks", exact: true }).click();
  await expect(heading(page, "Tasks")).toBeFocused();
  await page.getByRole("link", { name: "Water the plants", exact: true }).click();
  await expect(heading(page, "Water the plants")).toBeFocused();
});

test("back and forward lead through the filters", javascript, async ({ page, visit, user, addTasks }) => {
  await addTasks(user, "Open one", { title: "Done one", completed: true });
  await visit("/tasks");
  await page.getByRole("link", { name: "Active" }).click();
  await expect(titles(page)).toHaveText(["Open one"]);
  await field(page, "Search").fill("nothing like it");
  await field(page, "Search").press("Enter");
  await expect(page.getByText("No task fits this search.")).toBeVisible();
  await page.goBack();
  await expectPlace(page, "/tasks?status=active");
  await expect(titles(page)).toHaveText(["Open one"]);
  await expect(field(page, "Search")).toHaveValue("");
  await page.goBack();
  await expectPlace(page, "/tasks");
  await expect(titles(page)).toHaveText(["Done one", "Open one"]);
  await page.goForward();
  await expect(titles(page)).toHaveText(["Open one"]);
});

test("two quick clicks on two rows both arrive", javascript, async ({ page, visit, user, addTasks }) => {
  await addTasks(user, "C", "B", "A");
  await visit("/tasks");
  const held = await holdBack(page);
  await button(page, "Complete C").click();
  await button(page, "Complete A").click();
  await expect(button(page, "Reopen C")).toBeVisible();
  await expect(button(page, "Reopen A")).toBeVisible();
  let arrived = 0;
  page.on("response", (response) => (arrived += isPost(response.request()) ? 1 : 0));
  held.let("through");
  await expect.poll(() => arrived).toBe(2);
  await visit("/tasks?status=completed");
  await expect(titles(page)).toHaveText(["A", "C"]);
});

test("nothing moves when a task is completed", javascript, async ({ page, visit, user, addTasks }) => {
  await addTasks(user, "C", "B", "A");
  await visit("/tasks");
  await page.evaluate(() => {
    Reflect.set(window, "moved", 0);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        Reflect.set(window, "moved", Number(Reflect.get(window, "moved")) + Number(Reflect.get(entry, "value")));
    }).observe({ type: "layout-shift" });
  });
  const before = await row(page, "C").boundingBox();
  await button(page, "Complete A").click();
  await expect(flash(page)).toHaveText("Task completed");
  await button(page, "Reopen A").click();
  await expect(flash(page)).toHaveText("Task reopened");
  expect(await row(page, "C").boundingBox()).toEqual(before);
  // Two frames, so that the observer has told of everything.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  expect(await page.evaluate(() => Number(Reflect.get(window, "moved")))).toBeLessThan(0.001);
});

test(
  "a click on the place of a task that has left completes no other",
  javascript,
  async ({ page, visit, user, addTasks }) => {
    await addTasks(user, "Third", "Second", "First");
    await visit("/tasks?status=active");
    const spot = await button(page, "Complete First").boundingBox();
    const [x, y] = [(spot?.x ?? 0) + 10, (spot?.y ?? 0) + 10];
    await page.mouse.click(x, y);
    await expect(titles(page)).toHaveText(["Second", "Third"]);
    for (let time = 0; time < 3; time++) await page.mouse.click(x, y);
    const next = await button(page, "Complete Second").boundingBox();
    expect(next?.y).toBeGreaterThan(spot?.y ?? 0);
    // Two rows in a row: the room of both is kept.
    await button(page, "Complete Second").click();
    await expect(titles(page)).toHaveText(["Third"]);
    await page.mouse.click((next?.x ?? 0) + 10, (next?.y ?? 0) + 10);
    await page.mouse.move(5, 5);
    // Now nobody aims at anything.
    await expect.poll(async () => (await button(page, "Complete Third").boundingBox())?.y).toBe(spot?.y);
    await visit("/tasks?status=completed");
    await expect(titles(page)).toHaveCount(2);
  },
);

test("'Delete' asks in a dialog over the list", javascript, async ({ page, visit, user, addTasks }) => {
  await addTasks(user, "Feed the cat", "Water the plants");
  await visit("/tasks?sort=title");
  await mark(page);
  const dialog = page.getByRole("dialog", { name: "Delete this task?" });
  const link = page.getByRole("link", { name: "Delete Water the plants" });

  await link.click();
  await expect(dialog).toContainText("Water the plants");
  await expect(dialog).toContainText("It cannot be brought back.");
  // What does no harm has the focus.
  await expect(page.getByRole("link", { name: "Keep it" })).toBeFocused();
  await page.getByRole("link", { name: "Keep it" }).click();
  await expect(dialog).toBeHidden();
  await expect(link).toBeFocused();

  await link.press("Enter");
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(link).toBeFocused();
  await expect(row(page, "Water the plants")).toBeVisible();

  await link.click();
  await dialog.getByText("Water the plants").click();
  await expect(dialog).toBeVisible();
  // From inside to beside it: marking text is no wish to leave.
  await dialog.getByText("Water the plants").hover();
  await page.mouse.down();
  await page.mouse.move(5, 5);
  await page.mouse.up();
  await expect(dialog).toBeVisible();
  await page.mouse.click(5, 5);
  await expect(dialog).toBeHidden();
  await expect(link).toBeFocused();
  await expect(row(page, "Water the plants")).toBeVisible();

  await link.click();
  await button(page, "Delete task").click();
  await expect(row(page, "Water the plants")).toHaveCount(0);
  await expect(flash(page)).toHaveText("Task deleted");
  await expect(button(page, "Complete Feed the cat")).toBeFocused();
  await expectPlace(page, "/tasks?sort=title");
  expect(await isMarked(page)).toBe(true);
});

test(
  "a session that has ended leads to the sign-in page and back",
  javascript,
  async ({ page, visit, user, addTasks, context, signIn }) => {
    await addTasks(user, "Water the plants");
    await visit("/tasks?status=active");
    await context.clearCookies();
    await button(page, "Complete Water the plants").click();
    await expect(heading(page, "Sign in")).toBeVisible();
    await expectPlace(page, `/login?redirect=${encodeURIComponent("/tasks?status=active")}`);
    await signIn({ user });
    await visit("/tasks?status=active");
    await expect(row(page, "Water the plants")).toBeVisible();
  },
);
