import type { AppLoadContext } from "@remix-run/node";
import { parse, serialize } from "cookie";
import { isSecure, setCookie } from "./request-context";

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
 * The one message after an action that succeeded. The cookie carries a name from the list below and never a text, so
 * that nobody can put words on a page by way of it.
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
  "email-confirmed": "Email address confirmed",
  "verification-sent": "A new link is on its way to your inbox",
  "email-change-asked": "Follow the link that we have sent to the new address",
  "email-changed": "Email address changed",
  "email-restored": "Your address is back, and every device is signed out. Now choose a new password",
  "token-revoked": "Token revoked",
  "session-ended": "Session signed out",
  "account-deleted": "Your account and everything in it is deleted",
  "sessions-ended": "Other sessions signed out",
  "two-step-off": "Two-step sign-in is off",
  "passkey-added": "Passkey added",
  "passkey-renamed": "Passkey renamed",
  "passkey-removed": "Passkey removed",
} as const;

export type FlashName = keyof typeof messages | keyof typeof backupCodesLeft;

const allMessages: Readonly<Record<FlashName, string>> = { ...messages, ...backupCodesLeft };

const cookieName = (secure: boolean) => (secure ? "__Host-holdfast_flash" : "holdfast_flash");

const attributes = (secure: boolean) => ({ path: "/", httpOnly: true, sameSite: "lax", secure }) as const;

/** Leaves a message for the next page. */
export function setFlash(context: AppLoadContext, name: FlashName): void {
  const secure = isSecure(context);
  setCookie(context, serialize(cookieName(secure), name, { ...attributes(secure), maxAge: 60 }));
}

/** Takes the message that the last action left, if there is one. */
export function takeFlash(request: Request, context: AppLoadContext): string | null {
  const secure = isSecure(context);
  const name = parse(request.headers.get("Cookie") ?? "")[cookieName(secure)];
  if (name === undefined) return null;
  setCookie(context, serialize(cookieName(secure), "", { ...attributes(secure), maxAge: 0 }));
  return Object.hasOwn(allMessages, name) ? (allMessages[name as FlashName] ?? null) : null;
}
