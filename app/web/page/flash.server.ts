import type { AppLoadContext } from "@remix-run/node";
import { parse, serialize } from "cookie";
import type { Message } from "~/web/ui/message";
import { isSecure, setCookie } from "~/web/request-context";

/** After a sign-in with a backup code: how many are left, by number. */
const backupCodesLeft: Record<`backup-codes-left-${number}`, string> = Object.fromEntries(
  Array.from({ length: 10 }, (_, left) => [
    `backup-codes-left-${left}`,
    left === 0
      ? "That was your last backup code. Make new ones in the settings"
      : `That backup code is used up. You have ${left === 1 ? "1 more" : `${left} more`}`,
  ]),
);

/**
 * The one message after an action that succeeded. The cookie carries a name from the lists below, with the number of a
 * task where the message leads to it, and the path of the page that it is for; never a text, so that nobody can put
 * words on a page by way of it. The page of another tab leaves it alone, and so does a redirect, which takes it along.
 */
const messages = {
  "task-added": "Task added",
  "task-saved": "Task saved",
  "task-completed": "Task completed",
  "task-reopened": "Task reopened",
  "task-deleted": "Task deleted",
  "task-gone": "That task is gone. It was deleted, here or in another window",
  "signed-up": "Welcome. Your account is ready",
  "signed-out": "You are signed out",
  "profile-saved": "Profile saved",
  "password-changed": "Password changed. Your other sessions are signed out",
  "password-reset": "Password changed. Sign in with the new one",
  "other-password-reset": "Done for the other account: it has a new password",
  "email-confirmed": "Email address confirmed",
  "other-email-confirmed": "Done for the other account: its email address is confirmed",
  "verification-sent": "A new link is on its way to your inbox",
  "email-change-asked": "Follow the link that we have sent to the new address",
  "email-changed": "Email address changed",
  "other-email-changed": "Done for the other account: it uses its new address now",
  "email-restored": "Your address is back, and every device is signed out. Now choose a new password",
  "other-email-restored": "Done for the other account: its address is back. Now choose a new password for it",
  "token-revoked": "Token revoked",
  "session-ended": "Session signed out",
  "sign-out-for-invitation": "You are signed in already. Sign out first, then open the invitation again",
  "account-deleted": "Your account and everything in it is deleted",
  "sessions-ended": "Other sessions signed out",
  "two-step-off": "Two-step sign-in is off",
  "passkey-added": "Passkey added",
  "passkey-renamed": "Passkey renamed",
  "passkey-removed": "Passkey removed",
} as const;

/** Messages that lead to a task, whose number they are given. */
const messagesOfTasks = {
  "task-added-elsewhere": (number: number): Message => ({
    text: "Task added to Active:",
    link: { to: `/tasks?status=active#task-${number}`, label: "show it" },
  }),
} as const;

export type FlashName = keyof typeof messages | keyof typeof backupCodesLeft;
type TaskFlashName = keyof typeof messagesOfTasks;

const plainMessages: Readonly<Record<FlashName, string>> = { ...messages, ...backupCodesLeft };

const cookieName = (secure: boolean) => (secure ? "__Host-holdfast_flash" : "holdfast_flash");

const attributes = (secure: boolean) => ({ path: "/", httpOnly: true, sameSite: "lax", secure }) as const;

/** Name, number and path, as "task-added-elsewhere.12@/tasks". */
const inParts = /^([a-z\d-]+)(?:\.([1-9]\d{0,9}))?(?:@(\/.*))?$/;

type Flash = { what: string; message: Message | null; path: string | undefined };

function read(value: string | undefined): Flash | null {
  const found = inParts.exec(value ?? "");
  if (!found) return null;
  const [, name = "", number, path] = found;
  return { what: number ? `${name}.${number}` : name, message: messageOf(name, Number(number ?? 0)), path };
}

function messageOf(name: string, number: number): Message | null {
  if (Object.hasOwn(messagesOfTasks, name)) return number ? messagesOfTasks[name as TaskFlashName](number) : null;
  const text = Object.hasOwn(plainMessages, name) ? plainMessages[name as FlashName] : undefined;
  return text === undefined ? null : { text };
}

function keep(context: AppLoadContext, value: string): void {
  const secure = isSecure(context);
  setCookie(context, serialize(cookieName(secure), value, { ...attributes(secure), maxAge: 60 }));
}

const kept = (cookies: string | null, context: AppLoadContext) =>
  read(parse(cookies ?? "")[cookieName(isSecure(context))]);

/** Leaves a message for the page that the answer leads to. */
export function setFlash(context: AppLoadContext, name: FlashName): void;
export function setFlash(context: AppLoadContext, name: TaskFlashName, task: number): void;
export function setFlash(context: AppLoadContext, name: FlashName | TaskFlashName, task?: number): void {
  keep(context, task === undefined ? name : `${name}.${task}`);
}

/**
 * The message that the last action left for this page, if there is one. Whoever draws the page calls `dropTakenFlash`;
 * an answer that draws none leaves it for the page after.
 */
export function takeFlash(request: Request, context: AppLoadContext): Message | null {
  const flash = kept(request.headers.get("Cookie"), context);
  if (!flash?.message || !isFor(flash, request)) return null;
  context.flashIsTaken = true;
  return flash.message;
}

const isFor = ({ path }: Flash, request: Request) => path === undefined || path === new URL(request.url).pathname;

/** Takes the message away from the browser, now that it is on a page. */
export function dropTakenFlash(context: AppLoadContext): void {
  const secure = isSecure(context);
  if (context.flashIsTaken) setCookie(context, serialize(cookieName(secure), "", { ...attributes(secure), maxAge: 0 }));
}

/**
 * Sends a message along with a redirect: it is for the page that this leads to, be it the message of the action that is
 * being answered or the one that the page in between was to show.
 *
 * @param answer - what a loader or action has returned or thrown
 */
export function sendFlashAlong({ request, context }: { request: Request; context: AppLoadContext }, answer: unknown) {
  const location = answer instanceof Response && answer.headers.get("Location");
  if (!location) return;
  const { pathname } = new URL(location, request.url);
  const name = `${cookieName(isSecure(context))}=`;
  const left = context.answerHeaders.getSetCookie().find((cookie) => cookie.startsWith(name));
  const flash = kept(left?.split(";")[0] ?? request.headers.get("Cookie"), context);
  if (flash?.message && (left ?? isFor(flash, request))) keep(context, `${flash.what}@${pathname}`);
}
