import type { AppLoadContext } from "@remix-run/node";
import { parse, serialize } from "cookie";
import { isSecure, setCookie } from "./request-context";

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
  "signed-up": "Welcome. Your account is ready",
  "signed-out": "You are signed out",
  "profile-saved": "Profile saved",
  "password-changed": "Password changed. Your other sessions are signed out",
  "session-ended": "Session signed out",
  "sessions-ended": "Other sessions signed out",
} as const;

export type FlashName = keyof typeof messages;

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
  return Object.hasOwn(messages, name) ? messages[name as FlashName] : null;
}
