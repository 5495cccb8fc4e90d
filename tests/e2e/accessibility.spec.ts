import type { Page } from "@playwright/test";
import { day, expect, test } from "./support/fixtures";
import { makeToken } from "~/services/one-time-tokens/one-time-tokens.server";
import { expectAccessible, faults } from "./support/axe";
import { button, field, flash, heading, row, submit } from "./support/pages";

/** axe needs timers, which a page without JavaScript does not run; the markup is the same in both. */
const javascript = { tag: "@javascript" };

const long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(2);

const everyKind = [
  { title: "Overdue", dueDate: day(-3), priority: "high" },
  { title: "Due today", dueDate: day(), priority: "low" },
  { title: "Some day", description: "Words" },
  { title: long, dueDate: day(400), priority: "high" },
  { title: "Done", dueDate: day(-1), completedOn: day(-2) },
] as const;

const mailed = [
  ["/verify-email", "verify-email"],
  ["/reset-password", "reset-password"],
  ["/confirm-email", "change-email"],
  ["/undo-email", "undo-email"],
] as const;

test("axe finds what is wrong", javascript, async ({ page, visit }) => {
  await visit("/");
  await page.evaluate(() => document.querySelector("main")?.append(document.createElement("input")));
  expect((await faults(page)).join()).toContain("label: input");
});

test("pages of links in mail, and what leads to them", javascript, async ({ page, visit, newAccount, user: _user }) => {
  await visit("/settings/email");
  await submit(page, "Change email");
  await expect(page.getByRole("alert")).toBeVisible();
  await expectAccessible(page);
  const { id, email } = await newAccount();
  for (const [path, purpose] of mailed) {
    await visit(`${path}?token=${await makeToken(purpose, { userId: id, email })}`);
    await expectAccessible(page);
  }
  for (const path of ["/forgot-password", "/check-email", "/check-email?reset", "/reset-password?token=gone"]) {
    await visit(path);
    await expectAccessible(page);
  }
  await visit("/problems/email-not-verified");
  await expectAccessible(page);
});

test("pages for everybody", javascript, async ({ page, visit }) => {
  for (const path of ["/", "/signup", "/login", "/nowhere"]) {
    await visit(path);
    await expectAccessible(page);
  }
});

test("the guide and the reference of the API", javascript, async ({ page, visit }) => {
  for (const path of ["/docs", "/docs/api"]) {
    await visit(path);
    await expectAccessible(page);
  }
});

test("refused sign-up and sign-in", javascript, async ({ page, visit }) => {
  await visit("/signup");
  await submit(page, "Create account");
  await expect(page.getByRole("alert")).toBeVisible();
  await expectAccessible(page);
  await visit("/login");
  await field(page, "Email").fill("nobody@example.com");
  await field(page, "Password").fill("no such account");
  await submit(page, "Sign in");
  await expect(page.getByRole("alert")).toBeVisible();
  await expectAccessible(page);
});

test("an empty list and an empty dashboard", javascript, async ({ page, visit, user: _user }) => {
  for (const path of ["/tasks", "/tasks?q=nothing", "/dashboard"]) {
    await visit(path);
    await expectAccessible(page);
  }
});

test("the list, with a message", javascript, async ({ page, visit, user, addTasks }) => {
  await addTasks(user, ...everyKind);
  await visit("/tasks");
  await button(page, "Complete Some day").click();
  await expect(flash(page)).toHaveText("Task completed");
  await page.getByText("More", { exact: true }).click();
  await expectAccessible(page);
});

test("pages of a long list", javascript, async ({ page, visit, user, addTasks }) => {
  await addTasks(user, ...Array.from({ length: 51 }, (_, index) => `Task ${index}`));
  await visit("/tasks?page=2&priority=medium");
  await expectAccessible(page);
});

test("the add form with errors", javascript, async ({ page, visit, user: _user }) => {
  await visit("/tasks");
  await field(page, "Description").evaluate((area: HTMLTextAreaElement) => (area.value = "d".repeat(10_001)));
  await submit(page, "Add task");
  await expect(page.getByText("2 fields need another look.")).toBeVisible();
  await expectAccessible(page);
});

test("the delete dialog", javascript, async ({ page, visit, user, addTasks }) => {
  await addTasks(user, ...everyKind);
  await visit("/tasks");
  await page.getByRole("link", { name: `Delete ${long}` }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectAccessible(page);
});

test(
  "a task, its errors, and the page that asks before deleting",
  javascript,
  async ({ page, visit, user, addTasks }) => {
    await addTasks(user, ...everyKind);
    await visit("/tasks/4");
    await expectAccessible(page);
    await field(page, "Title").fill("");
    await submit(page, "Save task");
    await expect(page.getByText("Enter a title")).toBeVisible();
    await expectAccessible(page);
    await visit("/tasks/4/delete");
    await expectAccessible(page);
  },
);

test("the dashboard", javascript, async ({ page, visit, user, addTasks }) => {
  await addTasks(user, ...everyKind);
  await visit("/dashboard");
  await expectAccessible(page);
});

test("settings and their errors", javascript, async ({ page, visit, user, signIn, newBrowser }) => {
  await signIn({ user, into: (await newBrowser()).context() });
  await visit("/settings");
  await expectAccessible(page);
  await field(page, "Confirm new password").fill("something");
  await submit(page, "Change password");
  await expect(page.getByRole("alert")).toBeVisible();
  await expectAccessible(page);
});

test("a page of an error, signed in", javascript, async ({ page, visit, user: _user }) => {
  await visit("/tasks/99");
  await expectAccessible(page);
  await expect(button(page, "Sign out")).toBeVisible();
});

const everyPage = [
  ...["/docs", "/docs/api"],
  ...["/tasks", "/tasks/1", "/tasks/1/delete", "/dashboard", "/nowhere"],
  "/settings",
  ...["/settings/log", "/settings/data", "/settings/delete", "/settings/confirm", "/settings/email"],
  ...["/settings/two-step", "/settings/passkeys", "/settings/passkeys/add", "/settings/tokens"],
];

test("every page below the settings leads back to them", async ({ page, visit, user: _user }) => {
  for (const path of everyPage.filter((path) => path.startsWith("/settings/"))) {
    await visit(path);
    const way = page.getByRole("navigation", { name: "Breadcrumb" });
    await expect(way.getByRole("link", { name: "Settings", exact: true }), path).toHaveAttribute("href", "/settings");
  }
});

test("every page has a skip link that works, one h1 and a way out", async ({
  page,
  visit,
  user,
  addTasks,
  context,
}) => {
  await addTasks(user, "Water the plants");
  const check = async (path: string) => {
    await visit(path);
    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
    await expect(page.getByRole("main")).toHaveCount(1);
    const skip = page.getByRole("link", { name: "Skip to content" });
    await page.keyboard.press("Tab");
    await expect(skip, path).toBeFocused();
    await expect(skip).toBeInViewport();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("main"), path).toBeFocused();
  };
  for (const path of everyPage) {
    await check(path);
    await expect(button(page, "Sign out"), path).toBeVisible();
  }
  await context.clearCookies();
  for (const path of ["/", "/login", "/signup", "/forgot-password", "/check-email", "/docs", "/docs/api", "/nowhere"])
    await check(path);
});

/** Goes through the page with the Tab key; what had the focus, and how it shows. */
async function tabThrough(page: Page): Promise<{ name: string; outline: string; width: number; visible: boolean }[]> {
  const stops = [];
  for (;;) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      // A date has further stops inside, which the browser marks; any other element is back after a whole round.
      if (element.hasAttribute("data-seen")) return element.matches("[type=date]") ? "inside" : null;
      element.setAttribute("data-seen", "");
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const { width, height, bottom } = element.getBoundingClientRect();
      return {
        name: element.getAttribute("aria-label") ?? element.getAttribute("name") ?? element.textContent,
        outline: outlineStyle,
        width: parseFloat(outlineWidth),
        visible: width > 0 && height > 0 && bottom > 0,
      };
    });
    if (!stop) return stops;
    if (stop !== "inside") stops.push(stop);
  }
}

test("the focus can be seen wherever it goes", async ({ page, visit, user, addTasks }) => {
  await addTasks(user, ...everyKind);
  await visit("/tasks");
  await page.locator("details").evaluate((more: HTMLDetailsElement) => (more.open = true));
  const stops = await tabThrough(page);
  const names = stops.map(({ name }) => name.trim());
  for (const name of [
    "Skip to content",
    "title",
    "Add task",
    "More",
    "description",
    "q",
    "Complete Overdue",
    "Delete Overdue",
    "Reopen Done",
  ])
    expect(names).toContain(name);
  for (const stop of stops) expect(stop).toMatchObject({ outline: "solid", width: 2, visible: true });
});

test("whatever is pressed is large enough", async ({ page, visit, user, addTasks, signIn, newBrowser }) => {
  await addTasks(user, ...everyKind);
  await signIn({ user, into: (await newBrowser()).context() });
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 720 });
    for (const path of [...everyPage, "/tasks?q=o"]) {
      await visit(path);
      if (path === "/tasks") await page.getByText("More", { exact: true }).click();
      const small = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>("a, button, input, select, textarea, summary")].flatMap(
          (element) => {
            // The label of a box is pressed as well; a link inside a sentence is as tall as its line (WCAG 2.2, 2.5.8).
            const target = element.matches("[type=checkbox]") ? element.closest("label") : element;
            const box = target?.getBoundingClientRect();
            if (!box?.width || element.matches(".skip-link") || element.matches("p > a.link")) return [];
            const least = element.matches("a:not(.button):not(.icon-button)") ? 24 : 44;
            const fits = box.height >= least && box.width >= 24;
            return fits ? [] : [`${element.outerHTML.slice(0, 90)}: ${box.width} × ${box.height}, needs ${least}`];
          },
        ),
      );
      expect.soft(small, `${path} at ${width} px`).toEqual([]);
    }
  }
});

test("nothing moves for whoever asks for less motion", async ({ page, visit, user, addTasks }) => {
  await addTasks(user, "Water the plants");
  await visit("/tasks");
  const moving = () =>
    page.evaluate(
      () =>
        [...document.querySelectorAll("*")].filter((element) => {
          const { transitionDuration, animationName } = getComputedStyle(element);
          return transitionDuration !== "0s" || animationName !== "none";
        }).length,
    );
  expect(await moving()).toBeGreaterThan(0);
  await page.emulateMedia({ reducedMotion: "reduce" });
  expect(await moving()).toBe(0);
});

test("a task is added, completed and deleted with the keyboard alone", async ({ page, visit, user: _user }) => {
  const tabTo = async (name: string) => {
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press("Tab");
      const here = await page.evaluate(() => {
        const element = document.activeElement;
        const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined;
        return element?.getAttribute("aria-label") ?? label ?? element?.textContent ?? "";
      });
      if (here.trim() === name) return;
    }
    throw new Error(`The Tab key does not reach ${name}`);
  };
  await visit("/tasks");
  await tabTo("Title");
  await page.keyboard.type("Water the plants");
  await page.keyboard.press("Enter");
  await expect(row(page, "Water the plants")).toBeVisible();
  await tabTo("Complete Water the plants");
  await page.keyboard.press("Space");
  await expect(button(page, "Reopen Water the plants")).toBeVisible();
  await expect(flash(page)).toHaveText("Task completed");
  await tabTo("Delete Water the plants");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Delete this task?" })).toBeVisible();
  await tabTo("Delete task");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Your list is empty.")).toBeVisible();
  await expect(heading(page, "Tasks")).toBeVisible();
});
