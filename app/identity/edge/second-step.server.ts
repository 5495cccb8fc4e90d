import { redirect, type AppLoadContext } from "@remix-run/node";
import { parse, serialize } from "cookie";
import { tokenLifetimes } from "~/services/one-time-tokens/one-time-tokens.server";
import { findSecondStep, type SecondStep } from "~/identity/domain/sign-in/second-step.server";
import { isSecure, setCookie } from "~/web/request-context";

/**
 * The cookie between the two steps of a sign-in. It holds only the one-time token of the first step and gives access to
 * nothing else. Only the browser that has sent the right password gets this cookie.
 */
const cookieName = (secure: boolean) => (secure ? "__Host-holdfast_second_step" : "holdfast_second_step");

const attributes = (secure: boolean) => ({ path: "/", httpOnly: true, sameSite: "lax", secure }) as const;

/** Gives the browser the token of a second step. */
export function keepSecondStep(context: AppLoadContext, secret: string): void {
  const secure = isSecure(context);
  const maxAge = tokenLifetimes["second-factor"] / 1000;
  setCookie(context, serialize(cookieName(secure), secret, { ...attributes(secure), maxAge }));
}

/** Removes the cookie with the token of the second step from the browser. */
export function dropSecondStep(context: AppLoadContext): void {
  const secure = isSecure(context);
  setCookie(context, serialize(cookieName(secure), "", { ...attributes(secure), maxAge: 0 }));
}

/**
 * Finds the second step that is open in this browser.
 *
 * @throws a redirect to `/login`, with the same query, if there is none
 */
export async function requireSecondStep({
  request,
  context,
}: {
  request: Request;
  context: AppLoadContext;
}): Promise<SecondStep & { secret: string }> {
  const secret = parse(request.headers.get("Cookie") ?? "")[cookieName(isSecure(context))];
  const step = secret ? await findSecondStep(secret) : null;
  if (secret && step) return { ...step, secret };
  const { searchParams } = new URL(request.url);
  const target = searchParams.get("redirect");
  throw redirect(target === null ? "/login" : `/login?${new URLSearchParams({ redirect: target }).toString()}`, 303);
}
