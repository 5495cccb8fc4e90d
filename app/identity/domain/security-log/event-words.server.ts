import { emailInWords } from "~/core/email";
import { auditWords } from "~/services/audit/audit.server";

/**
 * The words for this feature's kinds of event. The type of the kinds follows from this table, so every kind has words.
 */
export const accountWords = {
  sign_up: "Account created",
  sign_in: "Signed in",
  sign_in_failed: "Wrong password at sign-in",
  sign_in_disabled: "Sign-in refused: the account is disabled",
  sign_out: "Signed out",
  session_revoked: "Session signed out from the settings",
  other_sessions_revoked: "Other sessions signed out",
  refresh_replayed: "A used refresh token came back, so its session was ended",
  password_changed: "Password changed",
  password_change_failed: "Wrong password when changing it",
  profile_changed: "Profile changed",
  account_disabled: "Account disabled by the operator",
  account_enabled: "Account enabled by the operator",
  account_created: "Account created by the operator",
  account_deleted: "Account deleted",
  invitation_made: "Invitation made",
  proof_failed: "Wrong password when asked again",
  email_verified: "Email address confirmed",
  email_change_requested: "Change of email address asked for",
  email_changed: "Email address changed",
  email_change_undone: "Change of email address undone",
  password_reset_requested: "Password reset asked for",
  password_reset: "Password reset",
  second_factor_failed: "Wrong code at the second step",
  totp_enabled: "Two-step sign-in turned on",
  totp_disabled: "Two-step sign-in turned off",
  backup_codes_made: "Backup codes made",
  backup_code_used: "Backup code used",
  passkey_added: "Passkey added",
  passkey_renamed: "Passkey renamed",
  passkey_removed: "Passkey removed",
  token_used_from_new_address: "API token used from a new address",
  token_made: "API token made",
  token_revoked: "API token revoked",
  data_exported: "Data downloaded",
  sessions_ended_by_operator: "Signed out everywhere by the operator",
  factors_removed_by_operator: "Two-step sign-in and passkeys removed by the operator",
  password_reset_by_operator: "Password link made by the operator",
};

type AccountKinds = typeof accountWords;

declare module "~/services/audit/audit.server" {
  // Only an interface adds its members to the service's; a type alias would not.
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  interface AuditKinds extends AccountKinds {}
}

/** How the detail of a sign-in describes its origin. It may follow a passkey's name. */
export const fromNewDevice = "from a new device";
export const fromNewAddress = "from a new address";

const wordsFor = (kind: string): string | undefined => {
  for (const words of auditWords.all()) if (Object.hasOwn(words, kind)) return words[kind as keyof typeof words];
  return undefined;
};

/** An event in words, with the rest of its detail. */
export function eventInWords(kind: string, detail: string | null): { event: string; detail: string | null } {
  const event = wordsFor(kind) ?? kind;
  if (detail !== null && kind.startsWith("email_")) return { event, detail: emailInWords(detail) };
  const from = kind === "sign_in" && [fromNewDevice, fromNewAddress].find((words) => detail?.endsWith(words));
  if (!from || detail === null) return { event, detail };
  return { event: `${event} ${from}`, detail: detail.slice(0, -from.length).replace(/, $/, "") || null };
}
