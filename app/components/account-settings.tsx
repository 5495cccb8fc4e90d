import { Field, PageForm, SubmitButton, usePageForm, usePending, useResetAfterSuccess } from "./form";

export function ProfileSettings({ name, email }: { name: string; email: string }) {
  const [state, fields] = usePageForm<{ name: string }>("profile", { name });
  const pending = usePending("profile");
  return (
    <section aria-labelledby="profile-heading">
      <h2 id="profile-heading" className="section-heading">
        Profile
      </h2>
      <div className="max-w-md">
        <p className="mb-5">
          <span className="label">Email</span>
          {email}
        </p>
        <PageForm form={state} intent="profile" preventScrollReset>
          <Field label="Name" field={fields.name} autoComplete="name" />
          <SubmitButton pending={pending}>Save profile</SubmitButton>
        </PageForm>
      </div>
    </section>
  );
}

type PasswordShape = { currentPassword: string; newPassword: string; confirmPassword: string };

export function PasswordSettings({ email }: { email: string }) {
  const [state, fields] = usePageForm<PasswordShape>("password");
  const pending = usePending("password");
  useResetAfterSuccess("password", "currentPassword");
  return (
    <section aria-labelledby="password-heading">
      <h2 id="password-heading" className="section-heading">
        Password
      </h2>
      <PageForm form={state} intent="password" className="max-w-md" preventScrollReset>
        {/* Tells a password manager whose password this is. */}
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
