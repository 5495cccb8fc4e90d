import { redirect, type AppLoadContext } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { freshProof } from "~/identity/edge/fresh-proof.server";
import { renewPageSession } from "~/identity/edge/identification.server";
import { signedIn } from "~/web/guards.server";
import { PasswordSettings, ProfileSettings } from "~/identity/parts/account-settings";
import { titled } from "~/web/ui/page-title";
import { SessionSettings } from "~/identity/parts/session-settings";
import { linksToSettings } from "~/web/settings-links.server";
import { SettingsLinks } from "~/web/ui/settings-links";
import { emailInWords } from "~/core/email";
import { sayMoment } from "~/core/time/moment-words.server";
import { changePasswordForm, profileForm, revokeSessionForm } from "~/identity/domain/account/account-schema";
import { updateProfile } from "~/identity/domain/account/accounts.server";
import { changePassword } from "~/identity/domain/recovery/change-password.server";
import {
  isEmailVerified,
  resendVerification,
  verificationIsOn,
} from "~/identity/domain/sign-up/email-verification.server";
import { listSessions } from "~/identity/domain/sessions/session-list.server";
import { revokeOtherSessions, revokeSession } from "~/identity/domain/sessions/sessions.server";
import { describeDevice } from "~/core/device.server";
import { setFlash, type FlashName } from "~/web/page/flash.server";
import { buttonForm, form, formAction, pageLoader } from "~/web/page/page.server";

export { ProofBoundary as ErrorBoundary } from "~/identity/parts/proof-boundary";

export const meta = titled("Settings");

export const loader = pageLoader(signedIn, async ({ actor, caller: { user } }) => {
  const [sessions, links] = await Promise.all([listSessions(actor), linksToSettings(actor)]);
  return {
    links,
    name: user.name,
    email: emailInWords(user.email),
    verified: verificationIsOn() ? await isEmailVerified(actor) : null,
    sessions: sessions.map(({ id, via, userAgent, address, createdAt, lastSeenAt, current }) => ({
      id,
      device: describeDevice(userAgent, via),
      kind: via === "bearer" ? "API" : "Browser",
      address,
      created: sayMoment(createdAt, "minute"),
      lastSeen: sayMoment(lastSeenAt, "minute"),
      current,
    })),
  };
});

function doneWith(context: AppLoadContext, message: FlashName) {
  setFlash(context, message);
  return redirect("/settings", 303);
}

export const action = formAction(
  signedIn,
  {
    "resend-verification": buttonForm(async ({ context, actor }) => {
      await resendVerification(actor);
      return doneWith(context, "verification-sent");
    }),
    profile: form(profileForm, async ({ value, context, actor }) => {
      await updateProfile(actor, value, context.client);
      return doneWith(context, "profile-saved");
    }),
    password: form(
      changePasswordForm,
      async ({ value, request, context, caller }) => {
        await changePassword(caller.actor, value, context.client);
        await renewPageSession({ request, context }, caller);
        return doneWith(context, "password-changed");
      },
      { secrets: ["currentPassword", "newPassword", "confirmPassword"] },
    ),
    "end-session": form(
      revokeSessionForm,
      async ({ value, context, actor }) => {
        await revokeSession(actor, value.sessionId, context.client);
        return doneWith(context, "session-ended");
      },
      { proof: freshProof },
    ),
    "end-other-sessions": buttonForm(
      async ({ context, actor }) => {
        await revokeOtherSessions(actor, context.client);
        return doneWith(context, "sessions-ended");
      },
      { proof: freshProof },
    ),
  },
  { unnamed: (form) => (form.has("currentPassword") ? "password" : "profile") },
);

export default function Settings() {
  const { name, email, verified, sessions, links } = useLoaderData<typeof loader>();
  return (
    <>
      <h1 className="mb-8">Settings</h1>
      <div className="space-y-12">
        <ProfileSettings name={name} email={email} verified={verified} />
        <PasswordSettings email={email} />
        <SessionSettings sessions={sessions} />
        <SettingsLinks links={links} />
      </div>
    </>
  );
}
