import type { User } from "~/core/actor";
import { test as base, expect, type BrowserContext, type Page, type Response } from "@playwright/test";
import { closeDatabase, db, openDatabase } from "~/core/data/db.server";
import { addDays, localDay, startOfLocalDay } from "~/core/time/day";
import type { SessionKind } from "~/identity/domain/sessions/sessions.server";
import type { NewTask } from "~/tasks/domain/task";
import { createTask } from "~/tasks/domain/tasks.server";
import { setEnvironment } from "../../support/environment";
import { cookieOf, newUser, openSession, password } from "../../support/people";
import { startServer, testSecrets, type RunningServer } from "../../support/server";
import { Problems } from "./problems";

export { expect, password };
export type { User };

/** A task that a test begins with: only a title, or any of its fields. */
type SeedTask =
  string | (NewTask & { /** The day of completion; if given, the task is completed. */ completedOn?: string });

type SignIn = (options?: {
  /** The owner of the session; a new account if left out. */
  user?: User;
  /** The browser that gets the session; the test's own if left out. */
  into?: BrowserContext;
  /** "Keep me signed in". */
  remembered?: boolean;
  /** The user agent, for the list of sessions. */
  userAgent?: string;
}) => Promise<User>;

type TestFixtures = {
  /** The network address that this test's requests come from. */
  address: string;
  /** Problems of the pages, which fail the test; `problems.allow(…)` is for those that the test provokes. */
  problems: Problems;
  /** Creates an account without a session. The account's password is `password`. */
  newAccount: (fields?: { email?: string; verified?: boolean }) => Promise<User>;
  /** Puts a session into a browser without using the sign-in page. */
  signIn: SignIn;
  /** A new account that is signed in, in the test's own browser. */
  user: User;
  /** Adds tasks to an account in the given order. */
  addTasks: (user: User, ...tasks: SeedTask[]) => Promise<void>;
  /** Another browser with the project's settings and without the first browser's cookies. */
  newBrowser: () => Promise<Page>;
  /** Opens a page and, with JavaScript, waits until React has taken over the forms. */
  visit: (path: string, page?: Page) => Promise<Response | null>;
};

type WorkerFixtures = {
  /** Additional settings of the server; a spec that sets some gets its own worker. */
  serverEnv: Record<string, string>;
  /** The browser window that the tests of a worker share, one after the other. */
  shared: { page?: Page };
  /** The production build with this worker's own port, data directory and SQLite database. */
  server: RunningServer;
};

let addresses = 0;

/**
 * A network address that no other test of this worker uses, so that a rate limit which one test reaches does not affect
 * another.
 */
function nextAddress(): string {
  addresses += 1;
  return `10.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}`;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  serverEnv: [{}, { scope: "worker", option: true }],

  server: [
    async ({ serverEnv }, give) => {
      const server = await startServer({ env: { RATE_LIMITS: "on", TRUST_PROXY: "loopback", ...serverEnv } });
      // Tests write rows and cookies with the program's own functions, in this process, while the server runs.
      setEnvironment({
        ...testSecrets,
        DATABASE_URL: `file:${server.dataDir}/holdfast.db`,
        DATA_DIR: server.dataDir,
        LOG_LEVEL: "silent",
      });
      await openDatabase();
      await give(server);
      await closeDatabase();
      await server.stop();
    },
    { scope: "worker" },
  ],

  baseURL: async ({ server }, give) => give(server.url),

  address: async ({ server: _server }, give) => give(nextAddress()),

  problems: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads from the pattern that this needs no other fixture
    async ({}, give) => {
      const problems = new Problems();
      await give(problems);
      expect(problems.unexpected(), "problems in the browser").toEqual([]);
    },
    { auto: true },
  ],

  // eslint-disable-next-line no-empty-pattern -- as above
  shared: [async ({}, give) => give({}), { scope: "worker" }],

  // All tests of a worker share a window, because opening one takes longer than most tests. Whatever a test can leave
  // behind is cleared.
  context: async ({ browser, shared, problems, address, baseURL, viewport }, give) => {
    const page = (shared.page ??= await (await browser.newContext({ baseURL })).newPage());
    const context = page.context();
    await context.clearCookies();
    // The server trusts a proxy on this machine, so the test sends the header that a proxy would send.
    await context.setExtraHTTPHeaders({ "X-Forwarded-For": address });
    if (viewport) await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme: null, reducedMotion: null });
    const stopWatching = problems.watch(context);
    await give(context);
    await page.unrouteAll({ behavior: "ignoreErrors" });
    // Ends whatever the page is still doing. Opens an address of this site, because Chromium starts a new process for
    // any other site.
    await page.goto("/robots.txt");
    for (const other of context.pages()) if (other !== page) await other.close();
    stopWatching();
  },

  page: async ({ context, shared }, give) => give(shared.page ?? (await context.newPage())),

  newAccount: async ({ server: _server }, give) => give((fields) => newUser(fields)),

  signIn: async ({ context, newAccount, baseURL }, give) => {
    await give(async ({ user, into = context, remembered = false, userAgent = "" } = {}) => {
      const owner = user ?? (await newAccount());
      const kind: SessionKind = { via: "cookie", remembered };
      const session = await openSession(owner, kind, new Date(), { address: "192.0.2.1", userAgent });
      const [name = "", value = ""] = (await cookieOf(session)).split("=");
      const expires = remembered ? session.expiresAt.getTime() / 1000 : -1;
      await into.addCookies([{ name, value, url: baseURL, httpOnly: true, sameSite: "Lax", expires }]);
      return owner;
    });
  },

  user: async ({ signIn }, give) => give(await signIn()),

  addTasks: async ({ server: _server }, give) => {
    await give(async (user, ...tasks) => {
      const { actor } = await openSession(user);
      for (const task of tasks) {
        const { completedOn, ...fields } = typeof task === "string" ? { title: task, completedOn: undefined } : task;
        const { number } = await createTask(actor, {
          ...fields,
          completed: fields.completed ?? completedOn !== undefined,
        });
        if (completedOn === undefined) continue;
        await db().task.update({
          where: { userId_number: { userId: user.id, number } },
          data: { completedAt: new Date(startOfLocalDay(completedOn).getTime() + 1) },
        });
      }
      // The session was only needed to write the tasks.
      await db().session.delete({ where: { id: actor.sessionId } });
    });
  },

  newBrowser: async ({ browser, problems, address }, give) => {
    const opened: BrowserContext[] = [];
    await give(async () => {
      const context = await browser.newContext({ extraHTTPHeaders: { "X-Forwarded-For": address } });
      opened.push(context);
      problems.watch(context);
      return context.newPage();
    });
    for (const context of opened) await context.close();
  },

  visit: async ({ page: own, javaScriptEnabled }, give) => {
    await give(async (path, page = own) => {
      const answer = await page.goto(path);
      if (javaScriptEnabled) await isAlive(page);
      return answer;
    });
  },
});

/** Waits until React has taken over the page: before that, forms and links work as they do without JavaScript. */
async function isAlive(page: Page): Promise<void> {
  await page.waitForFunction(() => Object.keys(document.body).some((key) => key.startsWith("__reactProps")));
}

/** The day that is the given number of days from today, as YYYY-MM-DD. */
export const day = (offset = 0): string => addDays(localDay(new Date()), offset);
