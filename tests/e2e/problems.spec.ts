import { expect, test } from "./support/fixtures";

/** The watch that fails every other test has to be awake. */

test("an answer of 5xx is noticed", async ({ page, problems }) => {
  problems.allow(/\b503\b/);
  await page.route("**/signup", (route) => route.fulfill({ status: 503, body: "Busy" }));
  await page.goto("/signup");
  expect(problems.all().join("\n")).toMatch(/503 for GET .*\/signup/);
});

test("a violation of the content security policy is noticed", async ({ page, problems }) => {
  problems.allow(/Content Security Policy/);
  await page.goto("/login");
  await page.evaluate(() => document.body.insertAdjacentHTML("beforeend", `<p style="color: red">x</p>`));
  await expect.poll(() => problems.all().join("\n")).toContain("Content Security Policy");
});

test(
  "console.error, an uncaught error and a missing script are noticed",
  { tag: "@javascript" },
  async ({ page, problems }) => {
    problems.allow(/./);
    await page.route("**/assets/*.js", (route) => route.fulfill({ status: 404 }));
    await page.goto("/login");
    await page.evaluate(() => {
      console.error("a complaint");
      setTimeout(() => {
        throw new Error("a mishap");
      });
    });
    await expect.poll(() => problems.all()).toContain("console.error: a complaint");
    await expect.poll(() => problems.all()).toContain("uncaught: a mishap");
    expect(problems.all().join("\n")).toMatch(/404 for GET .*\.js/);
  },
);

test.fail("a problem that nobody allowed fails the test", async ({ page }) => {
  await page.route("**/login", (route) => route.fulfill({ status: 500, body: "Broken" }));
  await page.goto("/login");
});
