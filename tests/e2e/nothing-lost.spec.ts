import type { Page, Route } from "@playwright/test";
import { db } from "~/core/data/db.server";
import { expect, password, test, type User } from "./support/fixtures";
import { button, expectPlace, field, flash, heading, row, titles } from "./support/pages";

/** Nothing that a person does is done twice, and nothing that they typed is lost. */

const javascript = { tag: "@javascript" };

/** Keeps the page's requests for data, or those with one method, from arriving until the test says what becomes of them. */
async function holdBack(page: Page, method?: string): Promise<(outcome: (route: Route) => Promise<void>) => void> {
  let decide: (outcome: (route: Route) => Promise<void>) => void = () => undefined;
  const decision = new Promise<(route: Route) => Promise<void>>((resolve) => (decide = resolve));
  await page.route(/\.data/, async (route) =>
    method && route.request().method() !== method ? go(route) : (await decision)(route),
  );
  return decide;
}

/** While `window.holdsDrawing` is true, React draws what a click asks for, and what can wait waits: as on a busy machine. */
async function holdBackDrawing(page: Page): Promise<void> {
  await page.addInitScript(() => {
    Reflect.set(window, "heldDrawings", 0);
    // eslint-disable-next-line @typescript-eslint/unbound-method -- The proxy hands the port on.
    MessagePort.prototype.postMessage = new Proxy(MessagePort.prototype.postMessage, {
      apply: (post, port, message) => {
        if (Reflect.get(window, "holdsDrawing") === true)
          Reflect.set(window, "heldDrawings", Number(Reflect.get(window, "heldDrawings")) + 1);
        else Reflect.apply(post, port, message);
      },
    });
  });
}

const go = (route: Route) => route.continue();

/** What an impatient person, or a machine, can do to a connection. */
const troubles: Record<string, (route: Route) => Promise<void>> = {
  "no connection": (route) => route.abort(),
  "a proxy's 502": (route) => route.fulfill({ status: 502, contentType: "text/html", body: "<h1>Bad Gateway</h1>" }),
  "a proxy's 200": (route) =>
    route.fulfill({ status: 200, contentType: "text/html", body: "<h1>Sign in to Wi-Fi</h1>" }),
};

const unreached = "That did not reach the server. Check the connection and try again.";

test.describe("done once", () => {
  test(
    "what is typed faster than it is sent is added in its order",
    javascript,
    async ({ page, visit, user: _user }) => {
      await visit("/tasks");
      const release = await holdBack(page);
      await field(page, "Title").focus();
      await page.keyboard.type("Alpha\nBeta\nGamma\n");
      await expect(field(page, "Title")).toHaveValue("");
      for (const title of ["Alpha", "Beta", "Gamma"])
        await expect(page.getByText(title, { exact: true })).toBeVisible();
      release(go);
      await expect(titles(page)).toHaveText(["Gamma", "Beta", "Alpha"]);
      await visit("/tasks");
      await expect(titles(page)).toHaveText(["Gamma", "Beta", "Alpha"]);
    },
  );

  test("the same title twice, on purpose, is two tasks", javascript, async ({ page, visit, user: _user }) => {
    await visit("/tasks");
    await field(page, "Title").focus();
    await page.keyboard.type("Milk\nMilk\n");
    await expect(titles(page)).toHaveText(["Milk", "Milk"]);
  });

  test("a double click on the round button completes", javascript, async ({ page, visit, user, addTasks }) => {
    await addTasks(user, "Water the plants");
    await visit("/tasks");
    await button(page, "Complete Water the plants").dblclick();
    await expect(flash(page)).toHaveText("Task completed");
    await visit("/tasks");
    await expect(button(page, "Reopen Water the plants")).toBeVisible();
  });

  test("several ticks in a row stay ticked", javascript, async ({ page, visit, user, addTasks }) => {
    await addTasks(user, "D", "C", "B", "A");
    await visit("/tasks");
    await page.evaluate(() => {
      const ticked = new Set<Element>();
      new MutationObserver(() => {
        for (const item of document.querySelectorAll("main li[id^=task-]"))
          if (item.classList.contains("done")) ticked.add(item);
          else if (ticked.has(item)) Reflect.set(window, "fellBack", true);
      }).observe(document.body, { subtree: true, childList: true, attributes: true });
    });
    for (const title of ["A", "B", "C", "D"]) await button(page, `Complete ${title}`).click();
    await expect.poll(() => db().task.count({ where: { userId: user.id, completed: true } })).toBe(4);
    await expect(flash(page)).toHaveText("Task completed");
    for (const title of ["A", "B", "C", "D"]) await expect(button(page, `Reopen ${title}`)).toBeVisible();
    expect(await page.evaluate(() => Reflect.get(window, "fellBack") === true)).toBe(false);
    await visit("/tasks?status=completed");
    await expect(titles(page)).toHaveCount(4);
  });

  test(
    "a tick stays when the page is drawn between its answer and the new list",
    javascript,
    async ({ page, visit, user, addTasks }) => {
      await addTasks(user, "B", "A");
      await holdBackDrawing(page);
      await visit("/tasks");
      const release = await holdBack(page, "GET");
      const list = page.waitForRequest((request) => request.method() === "GET" && request.url().includes(".data"));
      await button(page, "Complete A").click();
      await list;
      await expect(button(page, "Reopen A")).toBeVisible();
      await page.evaluate(() => Reflect.set(window, "holdsDrawing", true));
      release(go);
      await page.waitForFunction(() => Reflect.get(window, "heldDrawings") > 0);
      // A click is drawn at once, before what waits.
      await page.getByRole("link", { name: "Delete B", exact: true }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await expect(page.locator("li.done", { hasText: "A" })).toHaveCount(1);
    },
  );
});

test.describe("without an answer", () => {
  for (const [name, trouble] of Object.entries(troubles)) {
    test(
      `a task is added when the server is back: ${name}`,
      javascript,
      async ({ page, visit, user: _user, problems }) => {
        problems.allow(/ERR_FAILED|502/);
        await visit("/tasks");
        await page.route(/\.data/, trouble);
        await field(page, "Title").fill("Typed in a tunnel");
        await button(page, "Add task").click();
        await expect(page.getByRole("alert")).toContainText(unreached);
        await expect(page.getByText("Typed in a tunnel")).toBeVisible();
        await expect(heading(page, "Tasks")).toBeVisible();
        await page.unroute(/\.data/, trouble);
        await page.getByRole("alert").getByRole("button", { name: "Try again" }).click();
        await expect(row(page, "Typed in a tunnel")).toBeVisible();
        await visit("/tasks");
        await expect(titles(page)).toHaveText(["Typed in a tunnel"]);
      },
    );

    test(`a form keeps what was typed: ${name}`, javascript, async ({ page, visit, user, addTasks, problems }) => {
      problems.allow(/ERR_FAILED|502/);
      await addTasks(user, "Old title");
      await visit("/tasks/1");
      await page.route(/\.data/, trouble);
      await field(page, "Title").fill("New title");
      await field(page, "Description").fill("Two hundred words");
      await button(page, "Save task").click();
      await expect(page.getByRole("alert")).toContainText(unreached);
      await expect(heading(page, "Old title")).toBeVisible();
      await expect(field(page, "Title")).toHaveValue("New title");
      await expect(field(page, "Description")).toHaveValue("Two hundred words");
      await expect(flash(page)).toBeEmpty();
      await page.unroute(/\.data/, trouble);
      await page.getByRole("alert").getByRole("button", { name: "Try again" }).click();
      await expect(flash(page)).toHaveText("Task saved");
      await expect(heading(page, "New title")).toBeVisible();
    });

    test(`a link leaves the page as it is: ${name}`, javascript, async ({ page, visit, user: _user, problems }) => {
      problems.allow(/ERR_FAILED|502/);
      await visit("/settings");
      await page.route(/\.data/, trouble);
      await page.getByRole("link", { name: "Dashboard" }).click();
      await expect(page.getByRole("alert")).toContainText(unreached);
      await expect(heading(page, "Settings")).toBeVisible();
      await expectPlace(page, "/settings");
      await page.unroute(/\.data/, trouble);
      await page.getByRole("alert").getByRole("button", { name: "Try again" }).click();
      await expect(heading(page, "Dashboard")).toBeVisible();
    });
  }
});

test.describe("after an upgrade, when the page's next scripts are gone", () => {
  const gone = (page: Page, script: RegExp) =>
    page.route(script, (route) => route.fulfill({ status: 404, body: "Not found" }), { times: 1 });

  test("a link leads to where it points", javascript, async ({ page, visit, user, addTasks, problems }) => {
    problems.allow(/404|Error loading route module|dynamically imported/);
    await addTasks(user, "Water the plants");
    await visit("/tasks?status=active");
    await gone(page, /assets\/tasks\._id\._index-/);
    await page.getByRole("link", { name: "Water the plants", exact: true }).click();
    await expect(heading(page, "Water the plants")).toBeVisible();
    await expectPlace(page, "/tasks/1?status=active");
  });

  test("a button does what it says", javascript, async ({ page, visit, user, addTasks, problems }) => {
    problems.allow(/404|Error loading route module|dynamically imported/);
    await addTasks(user, "Water the plants", "Feed the cat");
    await visit("/tasks");
    await gone(page, /assets\/tasks\._id\.delete-/);
    await page.getByRole("link", { name: "Delete Feed the cat", exact: true }).click();
    await button(page, "Delete task").click();
    await expect(flash(page)).toHaveText("Task deleted");
    await expect(titles(page)).toHaveText(["Water the plants"]);
  });

  test("what was typed arrives", javascript, async ({ page, visit, user, addTasks, problems }) => {
    problems.allow(/404|Error loading route module|dynamically imported/);
    await addTasks(user, "Water the plants");
    await visit("/tasks/1");
    await db().task.deleteMany({ where: { userId: user.id } });
    await field(page, "Title").fill("Water the roses");
    await field(page, "Description").fill("Two\nlines");
    await button(page, "Save task").click();
    await expect(heading(page, "This task is gone")).toBeVisible();
    await gone(page, /assets\/tasks\._index-/);
    await button(page, "Add it as a new task").click();
    await expect(row(page, "Water the roses")).toBeVisible();
    expect(
      await db().task.findMany({ where: { userId: user.id }, select: { title: true, description: true } }),
    ).toEqual([{ title: "Water the roses", description: "Two\nlines" }]);
  });
});

test(
  "a task that comes too soon after many others waits for its author",
  javascript,
  async ({ page, visit, user: _user, problems }) => {
    problems.allow(/429/);
    const tooMany = (route: Route) =>
      route.fulfill({ status: 429, headers: { "X-Remix-Response": "yes", "X-Kept-For-Later": "yes" }, body: "" });
    await visit("/tasks");
    await page.route(/\.data/, tooMany);
    await field(page, "Title").fill("One too many");
    await button(page, "Add task").click();
    await expect(page.getByRole("alert")).toContainText("So many changes came in a minute");
    await expect(page.getByText("One too many")).toBeVisible();
    await page.unroute(/\.data/, tooMany);
    await page.getByRole("alert").getByRole("button", { name: "Try again" }).click();
    await expect(row(page, "One too many")).toBeVisible();
  },
);

test.describe("a session that ends while somebody types", () => {
  for (const ending of ["its row is gone", "its cookies are gone"])
    test(`what was sent is done after the sign-in: ${ending}`, async ({ page, visit, user, context }) => {
      await visit("/tasks");
      await page.getByText("More", { exact: true }).click();
      await field(page, "Title").fill("A long story");
      await field(page, "Description").fill("word ".repeat(384).trim());
      if (ending === "its row is gone") await db().session.deleteMany({ where: { userId: user.id } });
      else await context.clearCookies();
      await button(page, "Add task").click();
      await expect(heading(page, "Sign in")).toBeVisible();
      await expectPlace(page, "/login?redirect=%2Ftasks");
      await expect(page.getByText("nothing is lost")).toBeVisible();
      await expect(field(page, "Email")).toHaveValue(user.email);
      await field(page, "Password").fill("not this one");
      await button(page, "Sign in").click();
      await expect(page.getByText("Invalid email or password")).toBeVisible();
      await field(page, "Password").fill(password);
      await button(page, "Sign in").click();
      await expect(row(page, "A long story")).toBeVisible();
      await page.getByRole("link", { name: "A long story", exact: true }).click();
      await expect(field(page, "Description")).toHaveValue("word ".repeat(384).trim());
    });
});

test.describe("several tasks that are on their way when the session ends", () => {
  const titlesOnTheirWay = ["Alpha", "Beta", "Gamma"];

  async function typeAsTheSessionEnds(page: Page, user: User) {
    await db().session.deleteMany({ where: { userId: user.id } });
    const through = await holdBack(page);
    for (const title of titlesOnTheirWay) {
      await field(page, "Title").fill(title);
      await button(page, "Add task").click();
    }
    for (const title of titlesOnTheirWay) await expect(page.getByText(title, { exact: true })).toBeVisible();
    through((route) => route.continue());
    await expect(heading(page, "Sign in")).toBeVisible();
  }

  test("are all there after the sign-in, each once", javascript, async ({ page, visit, user }) => {
    await visit("/tasks");
    await typeAsTheSessionEnds(page, user);
    await field(page, "Password").fill(password);
    await button(page, "Sign in").click();
    await expect(heading(page, "Tasks")).toBeVisible();
    await expect(titles(page)).toHaveText(["Gamma", "Beta", "Alpha"]);
  });

  test("are all there when the page was loaded anew meanwhile", javascript, async ({ page, visit, user }) => {
    await visit("/tasks");
    await typeAsTheSessionEnds(page, user);
    await page.evaluate(() =>
      window.addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), true),
    );
    await page.reload();
    await field(page, "Password").fill(password);
    await button(page, "Sign in").click();
    await expect(heading(page, "Tasks")).toBeVisible();
    await expect(titles(page)).toHaveText(["Gamma", "Beta", "Alpha"]);
  });

  test("are nobody else's", javascript, async ({ page, visit, user, newAccount }) => {
    const other = await newAccount();
    await visit("/tasks");
    await typeAsTheSessionEnds(page, user);
    await field(page, "Email").fill(other.email);
    await field(page, "Password").fill(password);
    await button(page, "Sign in").click();
    await expect(heading(page, "Tasks")).toBeVisible();
    await expect(page.getByText("Your list is empty")).toBeVisible();
    for (const title of titlesOnTheirWay) await expect(page.getByText(title, { exact: true })).toHaveCount(0);
    expect(await db().task.count({ where: { userId: other.id } })).toBe(0);
  });
});

test.describe("two windows, one task", () => {
  test("fields that only one of them changed are both kept", async ({ page, visit, user, addTasks }) => {
    await addTasks(user, { title: "Trip", description: "Berlin" });
    await visit("/tasks/1");
    await db().task.updateMany({ where: { userId: user.id }, data: { dueDate: "2030-05-05", revision: 2 } });
    await field(page, "Description").fill("Paris");
    await button(page, "Save task").click();
    await expect(flash(page)).toHaveText("Task saved");
    await visit("/tasks/1");
    await expect(field(page, "Description")).toHaveValue("Paris");
    await expect(field(page, "Due date")).toHaveValue("2030-05-05");
  });

  test("the same field: both are shown, nothing is written, and either can be kept", async ({
    page,
    visit,
    user,
    addTasks,
  }) => {
    await addTasks(user, { title: "Trip", description: "Berlin" });
    const changeElsewhere = (description: string, revision: number) =>
      db().task.updateMany({ where: { userId: user.id }, data: { description, revision } });
    await visit("/tasks/1");
    await changeElsewhere("Rome", 2);
    await field(page, "Description").fill("Paris");
    await button(page, "Save task").click();
    const table = page.getByRole("alert").getByRole("table");
    await expect(table).toContainText("Paris");
    await expect(table).toContainText("Rome");
    await expect(field(page, "Description")).toHaveValue("Paris");
    expect(await db().task.findFirst({ where: { userId: user.id } })).toMatchObject({ description: "Rome" });
    await button(page, "Save mine").click();
    await expect(flash(page)).toHaveText("Task saved");
    await expect(field(page, "Description")).toHaveValue("Paris");

    await visit("/tasks/1");
    await changeElsewhere("Oslo", 9);
    await field(page, "Description").fill("Madrid");
    await button(page, "Save task").click();
    await expect(table).toContainText("Oslo");
    await page.getByRole("link", { name: "Take theirs" }).click();
    await expect(field(page, "Description")).toHaveValue("Oslo");
  });

  test("a task that is gone can be added anew with what was typed", async ({ page, visit, user, addTasks }) => {
    await addTasks(user, "Trip");
    await visit("/tasks/1");
    await db().task.deleteMany({ where: { userId: user.id } });
    await field(page, "Title").fill("Trip to Paris");
    await field(page, "Description").fill("By train");
    await button(page, "Save task").click();
    await expect(heading(page, "This task is gone")).toBeVisible();
    await expect(field(page, "Description")).toHaveValue("By train");
    await button(page, "Add it as a new task").click();
    await expect(row(page, "Trip to Paris")).toBeVisible();
    await expect(flash(page)).toHaveText("Task added");
  });

  test(
    "a row that is gone leaves the list and a half-typed task",
    javascript,
    async ({ page, visit, user, addTasks }) => {
      await addTasks(user, "Trip", "Other");
      await visit("/tasks");
      await db().task.deleteMany({ where: { userId: user.id, title: "Trip" } });
      await field(page, "Title").fill("Half a thought");
      await button(page, "Complete Trip").click();
      await expect(flash(page)).toContainText("That task is gone");
      await expect(titles(page)).toHaveText(["Other"]);
      await expect(field(page, "Title")).toHaveValue("Half a thought");
    },
  );
});

test.describe("unsaved text", () => {
  test("a link asks before it leads away", javascript, async ({ page, visit, user, addTasks }) => {
    await addTasks(user, "Trip");
    await visit("/tasks/1");
    await field(page, "Description").fill("Not saved yet");
    const dialog = page.getByRole("dialog", { name: "Leave without saving?" });
    await page.getByRole("link", { name: "All tasks" }).click();
    await expect(dialog).toBeVisible();
    await button(page, "Stay here").click();
    await expect(dialog).toBeHidden();
    await expect(field(page, "Description")).toHaveValue("Not saved yet");
    await page.getByRole("link", { name: "All tasks" }).click();
    await button(page, "Leave").click();
    await expect(heading(page, "Tasks")).toBeVisible();
    await page.getByRole("link", { name: "Trip", exact: true }).click();
    await expect(field(page, "Description")).toHaveValue("");
  });

  for (const [path, label, stays] of [
    ["/settings", "Name", "Settings"],
    ["/settings/email", "New email", "Change your email address"],
    ["/settings/tokens", "Name", "API tokens"],
    ["/tasks", "Title", "Tasks"],
  ] as const)
    test(`is asked about at ${path}, and not once it is saved`, javascript, async ({ page, visit, user: _user }) => {
      await visit(path);
      await field(page, label).fill("half a thought");
      await page.getByRole("link", { name: "Dashboard" }).click();
      await expect(page.getByRole("heading", { name: "Leave without saving?" })).toBeVisible();
      await button(page, "Stay here").click();
      await expect(heading(page, stays)).toBeVisible();
      await expect(field(page, label)).toHaveValue("half a thought");
      if (path === "/settings") {
        await button(page, "Save profile").click();
        await expect(flash(page)).toHaveText("Profile saved");
      } else await field(page, label).fill("");
      await page.getByRole("link", { name: "Dashboard" }).click();
      await expect(heading(page, "Dashboard")).toBeVisible();
    });

  test("'Complete' saves the form that it stands in", async ({ page, visit, user, addTasks }) => {
    await addTasks(user, "Trip");
    await visit("/tasks/1");
    await field(page, "Description").fill("Done by train");
    await button(page, "Complete Trip").click();
    await expect(flash(page)).toHaveText("Task completed");
    await visit("/tasks/1");
    await expect(field(page, "Description")).toHaveValue("Done by train");
    await expect(button(page, "Reopen Trip")).toBeVisible();
  });
});

test("a page of one account does nothing to another", async ({ page, visit, user, addTasks, newAccount, signIn }) => {
  await addTasks(user, "Mine");
  const other = await newAccount();
  await addTasks(other, "Theirs");
  await visit("/tasks/1/delete");
  await signIn({ user: other });
  await button(page, "Delete task").click();
  await expect(heading(page, "That page belonged to another account")).toBeVisible();
  await expect(page.getByRole("main")).toContainText(user.email);
  await visit("/tasks");
  await expect(titles(page)).toHaveText(["Theirs"]);
});
