import { runSql } from "../support/catalogue";
import { expect, test } from "./support/fixtures";
import { button, expectPlace, heading } from "./support/pages";

test("the landing page leads to sign-in and to a new account", async ({ page, visit }) => {
  await visit("/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.getByRole("link", { name: "Sign in", exact: true }).click();
  await expect(heading(page, "Sign in")).toBeVisible();
  await visit("/");
  await page.getByRole("link", { name: "Create account" }).click();
  await expect(heading(page, "Create your account")).toBeVisible();
});

test("whoever is signed in goes from the landing page to the tasks", async ({ page, visit, user: _user }) => {
  await visit("/");
  await expectPlace(page, "/tasks");
});

test("the places of the site, and where one is", async ({ page, visit, user: _user }) => {
  await visit("/tasks");
  const places = page.getByRole("navigation", { name: "Main" });
  for (const name of ["Dashboard", "Settings", "Tasks"]) {
    await places.getByRole("link", { name }).click();
    await expect(heading(page, name)).toBeVisible();
    await expect(places.getByRole("link", { name })).toHaveAttribute("aria-current", "page");
    await expect(page).toHaveTitle(`${name} · Holdfast`);
    await expect(button(page, "Sign out")).toBeVisible();
  }
});

test("an unknown address has a way back", async ({ page, visit, user: _user, newBrowser }) => {
  expect((await visit("/nowhere/at-all"))?.status()).toBe(404);
  await expect(heading(page, "Page not found")).toBeVisible();
  await expect(button(page, "Sign out")).toBeVisible();
  await page.getByRole("link", { name: "Go to your tasks" }).click();
  await expectPlace(page, "/tasks");

  const stranger = await newBrowser();
  expect((await visit("/nowhere", stranger))?.status()).toBe(404);
  await stranger.getByRole("link", { name: "Go to the start page" }).click();
  await expectPlace(stranger, "/");
});

test("a form from another site changes nothing and is told so", async ({ page, visit, user: _user, baseURL }) => {
  await page.route("http://other.example/", (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<form method="post" action="${baseURL}/tasks"><input name="title" value="Forged"><button>Win</button></form>`,
    }),
  );
  await page.goto("http://other.example/");
  const answer = page.waitForResponse((response) => response.request().method() === "POST");
  await page.getByRole("button", { name: "Win" }).click();
  expect((await answer).status()).toBe(403);
  await expect(heading(page, "That is not allowed")).toBeVisible();
  await expect(page.getByText("This form was sent from another site, so nothing was changed.")).toBeVisible();
  await visit("/tasks");
  await expect(page.getByText("Your list is empty.")).toBeVisible();
});

test("a crash is a page without internals", async ({ page, visit, user: _user, server, problems }) => {
  problems.allow(/\b500\b/);
  const database = `file:${server.dataDir}/holdfast.db`;
  await runSql(database, "ALTER TABLE tasks RENAME TO tasks_elsewhere");
  try {
    expect((await visit("/tasks"))?.status()).toBe(500);
    await expect(heading(page, "Something went wrong")).toBeVisible();
    expect(await page.content()).not.toMatch(/sqlite|prisma|no such table|node_modules|at \w+ \(/i);
  } finally {
    await runSql(database, "ALTER TABLE tasks_elsewhere RENAME TO tasks");
  }
  await page.getByRole("link", { name: "Go to your tasks" }).click();
  await expect(heading(page, "Tasks")).toBeVisible();
});
