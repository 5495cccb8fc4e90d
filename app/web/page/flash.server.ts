import type { AppLoadContext } from "@remix-run/node";
import { parse, serialize } from "cookie";
import type { Message } from "~/web/ui/message";
import { isSecure, setCookie } from "~/web/request-context";

/** The messages after a sign-in with a backup code, by the number of codes that are left. */
const backupCodesLeft: Record<`backup-codes-left-${number}`, string> = Object.fromEntries(
  Array.from({ length: 10 }, (_, left) => [
    `backup-codes-left-${left}`,
    left === 0
      ? "That was your last backup code. Make new ones in the settings"
      : `That backup code is used up. You have ${left === 1 ? "1 more" : `${left} more`}`,
  ]),
);

/**
 * The message after an action that succeeded. The cookie holds a name from the lists below, the number of a task if the
 * message links to one, and the path of the page that is to show the message. The cookie never holds text, so nobody
 * can use it to put words on a page. Pages in other tabs do not take the message, and a redirect passes it on.
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

/** Messages that link to a task, made from the task's number. */
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

/** Name, number and path, such as "task-added-elsewhere.12@/tasks". */
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

/** Sets the message for the page that the answer leads to. */
export function setFlash(context: AppLoadContext, name: FlashName): void;
export function setFlash(context: AppLoadContext, name: TaskFlashName, task: number): void;
export function setFlash(context: AppLoadContext, name: FlashName | TaskFlashName, task?: number): void {
  keep(context, task === undefined ? name : `${name}.${task}`);
}

/**
 * The message that the last action left for this page, if there is one. The code that draws the page calls
 * `dropTakenFlash`; an answer that draws no page keeps the message for the next page.
 */
export function takeFlash(request: Request, context: AppLoadContext): Message | null {
  const flash = kept(request.headers.get("Cookie"), context);
  if (!flash?.message || !isFor(flash, request)) return null;
  context.flashIsTaken = true;
  return flash.message;
}

const isFor = ({ path }: Flash, request: Request) => path === undefined || path === new URL(request.url).pathname;

/** Deletes the message's cookie, now that a page shows the message. */
export function dropTakenFlash(context: AppLoadContext): void {
  const secure = isSecure(context);
  if (context.flashIsTaken) setCookie(context, serialize(cookieName(secure), "", { ...attributes(secure), maxAge: 0 }));
}

/**
 * Passes a message on with a redirect, to the page that the redirect leads to. The message is the one that the present
 * action set, or one that an earlier action left for the redirecting page.
 *
 * @param answer - what a loader or action has returned or thrown; anything but a redirect is ignored
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
