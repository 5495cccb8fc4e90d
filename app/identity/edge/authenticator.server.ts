import { redirect, type AppLoadContext } from "@remix-run/node";
import { Authenticator } from "remix-auth";
import { FormStrategy } from "remix-auth-form";
import { SecondFactorRequired, signIn, WrongCredentials } from "~/identity/domain/sign-in/sign-in.server";
import { beginSecondStep } from "~/identity/domain/sign-in/second-step.server";
import { endSession, type OpenedSession } from "~/identity/domain/sessions/sessions.server";
import { takeDraft } from "~/web/page/draft.server";
import { isSecure, setCookie } from "~/web/request-context";
import { safeRedirect } from "~/web/page/safe-redirect";
import { findPageCaller } from "~/web/guards.server";
import { keepSecondStep } from "./second-step.server";
import { sealSessionCookie } from "./session-cookie.server";

/**
 * Signs a person in by the form of `/login`, through remix-auth's form strategy. The strategy keeps no session;
 * `signIn` opens the session's row. The strategy reads the form with the platform's own parser, which has no limits.
 * Therefore it gets a new request that contains only the fields that were already read within our limits.
 *
 * @throws what `signIn` throws; if a second factor is needed, a redirect to its page instead
 */
export function authenticateForm(
  { email, password, remember }: LoginForm,
  request: Request,
  context: AppLoadContext,
): Promise<OpenedSession> {
  const body = new URLSearchParams({ email, password, ...(remember ? { remember: "on" } : {}) });
  const authenticator = new Authenticator<OpenedSession>();
  authenticator.use(
    new FormStrategy(async ({ form }) => {
      const remembered = form.has("remember");
      try {
        return await signIn(
          { email: text(form.get("email")), password: text(form.get("password")) },
          { via: "cookie", remembered },
          context.client,
        );
      } catch (error) {
        if (!(error instanceof SecondFactorRequired)) throw error;
        keepSecondStep(context, await beginSecondStep(error.standing, { remembered }, () => new WrongCredentials()));
        throw redirect(`/login/second-factor${new URL(request.url).search}`, 303);
      }
    }),
  );
  return authenticator.authenticate("form", new Request(request.url, { method: "POST", body }));
}

type LoginForm = Readonly<{ email: string; password: string; remember: boolean }>;

const text = (value: FormDataEntryValue | null) => (typeof value === "string" ? value : "");

/**
 * Gives the browser the cookie of a session that has just been opened, and redirects to the page that the sign-in's
 * address names. If the same person had sent a form after an earlier session had ended, that form is now submitted
 * again. A session that this browser still had ends on the server too.
 */
export async function startPageSession(
  session: OpenedSession,
  request: Request,
  context: AppLoadContext,
): Promise<Response> {
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
  context.resume = (await takeDraft({ request, context }, session.user.id)) ?? undefined;
  return redirect(safeRedirect(new URL(request.url).searchParams.get("redirect")), 303);
}
