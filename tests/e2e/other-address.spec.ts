import { startServer, type RunningServer } from "../support/server";
import { expect, test } from "./support/fixtures";

test.describe("where the page is open at another address than PUBLIC_URL", () => {
  let server: RunningServer;
  test.beforeAll(async () => {
    server = await startServer({ env: { PUBLIC_URL: "http://tasks.example.com" } });
  });
  test.afterAll(() => server.stop());

  test("signing in says which address to use", async ({ page, visit, problems }) => {
    problems.allow(/\b403\b/);
    await visit(`http://127.0.0.1:${server.port}/login`);
    await page.getByLabel("Email").fill("ada@example.com");
    await page.getByLabel("Password").fill("a quiet walk before breakfast");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page.getByText("Open http://tasks.example.com and try again there.")).toBeVisible();
    await expect(page.getByRole("heading", { name: "That is not allowed" })).toBeVisible();
  });

  test("so does a passkey", { tag: "@javascript" }, async ({ page, visit, problems }) => {
    problems.allow(/\b403\b/);
    await visit(`http://localhost:${server.port}/login`);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await expect(page.getByRole("alert")).toContainText("Open http://tasks.example.com and try again there.");
  });
});
