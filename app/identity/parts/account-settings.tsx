import { Link } from "@remix-run/react";
import type { changePasswordForm, profileForm } from "~/identity/domain/account/account-schema";
import { useResetAfterSuccess } from "~/web/ui/form/after-saving";
import { Field, PageForm, SubmitButton, usePageForm, usePending } from "~/web/ui/form/form";

type Profile = {
  name: string;
  email: string;
  /** Whether the address has been confirmed; null if this installation does not ask for confirmation. */
  verified: boolean | null;
};

export function ProfileSettings({ name, email, verified }: Profile) {
  const [state, fields] = usePageForm<typeof profileForm>("profile", { name });
  const pending = usePending("profile");
  return (
    <section aria-labelledby="profile-heading">
      <h2 id="profile-heading" className="section-heading">
        Profile
      </h2>
      <div className="max-w-md">
        <div className="mb-6">
          <p>
            <span className="label">Email</span> {email}
          </p>
          {verified !== null && (
            <p className={`mb-3 text-sm ${verified ? "text-muted" : "text-attention"}`}>
              {verified ? "Confirmed" : "Not confirmed"}
            </p>
          )}
          {verified === false && <ResendVerification />}
          <Link to="/settings/email" className="link inline-flex min-h-11 items-center">
            Change email address
          </Link>
        </div>
        <PageForm form={state} intent="profile" preventScrollReset>
          <Field label="Name" field={fields.name} autoComplete="name" />
          <SubmitButton pending={pending}>Save profile</SubmitButton>
        </PageForm>
      </div>
    </section>
  );
}

function ResendVerification() {
  const [state] = usePageForm("resend-verification");
  const pending = usePending("resend-verification");
  return (
    <PageForm form={state} intent="resend-verification" preventScrollReset>
      <SubmitButton pending={pending} look="quiet">
        Send the link again
      </SubmitButton>
    </PageForm>
  );
}

export function PasswordSettings({ email }: { email: string }) {
  const [state, fields] = usePageForm<typeof changePasswordForm>("password");
  const pending = usePending("password");
  useResetAfterSuccess("password", "currentPassword");
  return (
    <section aria-labelledby="password-heading">
      <h2 id="password-heading" className="section-heading">
        Password
      </h2>
      <PageForm form={state} intent="password" className="max-w-md" preventScrollReset>
        {/* Tells password managers which account the password belongs to. */}
        <input type="text" autoComplete="username" value={email} readOnly hidden />
        <Field
          label="Current password"
          field={fields.currentPassword}
          type="password"
          autoComplete="current-password"
        />
        <Field
          label="New password"
          field={fields.newPassword}
          type="password"
          autoComplete="new-password"
          help="At least 8 characters. Every other session is signed out."
        />
        <Field
          label="Confirm new password"
          field={fields.confirmPassword}
          type="password"
          autoComplete="new-password"
        />
        <SubmitButton pending={pending}>Change password</SubmitButton>
      </PageForm>
    </section>
  );
}
