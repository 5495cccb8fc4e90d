import type { AppLoadContext } from "@remix-run/node";
import { Authenticator } from "remix-auth";
import { FormStrategy } from "remix-auth-form";
import { signIn } from "~/domain/accounts/sign-in.server";
import { endSession, type OpenedSession } from "~/domain/sessions/sessions.server";
import { isSecure, setCookie } from "~/http/request-context";
import { findPageCaller } from "./require-actor.server";
import { sealSessionCookie } from "./session-cookie.server";

/**
 * Signs a person in by the form of `/login`, through remix-auth's form strategy. The strategy keeps no session; ours
 * is the row that `signIn` opens. Give it a clone of the request: it reads the body.
 *
 * @throws what `signIn` throws
 */
export function authenticateForm(request: Request, context: AppLoadContext): Promise<OpenedSession> {
  const authenticator = new Authenticator<OpenedSession>();
  authenticator.use(
    new FormStrategy(({ form }) =>
      signIn(
        { email: text(form.get("email")), password: text(form.get("password")) },
        { via: "cookie", remembered: form.has("remember") },
        context.client,
      ),
    ),
  );
  return authenticator.authenticate("form", request);
}

const text = (value: FormDataEntryValue | null) => (typeof value === "string" ? value : "");

/** Gives the browser the cookie of a session that has just been opened. One that it replaces ends for good. */
export async function startPageSession(
  session: OpenedSession,
  request: Request,
  context: AppLoadContext,
): Promise<void> {
  const replaced = await findPageCaller({ request, context });
  if (replaced) await endSession(replaced.actor, context.client);
  setCookie(
    context,
    await sealSessionCookie(session.secret, {
      expiresAt: session.expiresAt,
      remembered: session.remembered,
      secure: isSecure(context),
    }),
  );
}
