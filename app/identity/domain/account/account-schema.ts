import { z } from "zod";
import { canonical, codePoints, storable, visibleText } from "~/core/text";
import { isEmail, normalizeEmail } from "~/core/email";
import { compactCode, longestCode } from "./factor-codes";

/** The rules for an account's fields, shared by the forms of pages and by `/api`. */

const requiredText = (missing: string, other: string) =>
  z.string({ error: ({ input }) => (input === undefined ? missing : other) });

const email = requiredText("Enter your email address", "Email must be text")
  .overwrite(normalizeEmail)
  .refine((value) => value !== "", { error: "Enter your email address", abort: true })
  .refine((value) => value.length <= 255, { error: "Email must be at most 255 characters", abort: true })
  .refine(
    // Quoted parts could hide several recipients in one address, and an address needs no invisible characters.
    (value) => isEmail(value) && !/["\p{C}]/u.test(value),
    "Enter an email address such as name@example.com",
  )
  .meta({ maxLength: 255, examples: ["ann@example.com"] });

const name = visibleText("Name", 100, "Enter a name").meta({ minLength: 1, maxLength: 100, examples: ["Ann"] });

/**
 * A new password: 8 to 256 code points in canonical form, otherwise unchanged (OWASP ASVS 5.0, 6.2.1, 6.2.5, 6.2.8 and
 * 6.2.9). `passwords.server.ts` checks whether it is a common one.
 */
const newPassword = requiredText("Password must be at least 8 characters", "Password must be text")
  .refine((value) => codePoints(canonical(value)) >= 8, "Password must be at least 8 characters")
  .refine((value) => codePoints(canonical(value)) <= 256, "Password must be at most 256 characters")
  .refine((value) => value.isWellFormed(), "Password contains characters that cannot be stored")
  .meta({ minLength: 8, maxLength: 256, examples: ["a quiet walk before breakfast"] });

/** A password to be checked. It must not be empty, and its length is limited because it will be hashed. */
const givenPassword = requiredText("Enter your password", "Password must be text")
  .refine((value) => value !== "", "Enter your password")
  .refine((value) => value.length <= 4096, "Password must be at most 256 characters")
  .meta({ minLength: 1, maxLength: 4096, examples: ["a quiet walk before breakfast"] });

/** The secret of an invitation link, where sign-up is by invitation. */
const invitation = z
  .string("invitation must be text")
  .meta({ description: "The secret of the link, where sign-up is by invitation." });

/** `POST /api/auth/signup` */
export const signUpBody = z.strictObject({
  email,
  password: newPassword,
  name: name.optional(),
  invitation: invitation.optional(),
});

/** `npm run user -- create` */
export const operatorAccount = z.object({ email, name: name.optional(), password: newPassword.optional() });

/** `npm run user -- invite` */
export const operatorInvitation = z.object({ email: email.optional() });

/** A code sent together with the password. An empty one counts as not sent. */
const optionalCode = (name: string, description: string) =>
  z
    .string(`${name} must be text`)
    .refine((value) => value.length <= longestCode, `${name} is longer than any code`)
    .optional()
    .transform((value) => (value && compactCode(value) !== "" ? value : undefined))
    .meta({ description, maxLength: longestCode });

const secondFactor = {
  totp_code: optionalCode("totp_code", "For two-step sign-in: the six digits that the authenticator app shows."),
  backup_code: optionalCode("backup_code", "In its place, one of the account's backup codes."),
};

/** `POST /api/auth/login`. The form of the email is not checked: an impossible address is simply unknown. */
export const signInBody = z.strictObject({
  email: requiredText("Enter your email address", "Email must be text")
    .refine((value) => value.trim() !== "", "Enter your email address")
    .meta({ examples: ["ann@example.com"] }),
  password: givenPassword,
  ...secondFactor,
});

/** The same, form-encoded as in OAuth 2's password grant. Other fields of that grant are ignored. */
export const signInForm = z
  .object({ username: signInBody.shape.email, password: givenPassword, ...secondFactor })
  .transform(({ username, ...rest }) => ({ email: username, ...rest }));

/** `PATCH /api/auth/me` */
export const profileBody = z.strictObject({ name: name.optional() });

/** `POST /api/auth/refresh` */
export const refreshBody = z.strictObject({
  refresh_token: requiredText("refresh_token is required", "refresh_token must be text").meta({
    description: "The latest one of the session.",
    examples: ["TTRYk0u7…"],
  }),
});

/** The page `/signup` */
export const signUpForm = z
  .object({
    name: name.optional(),
    email,
    password: newPassword,
    confirmPassword: z.string().default(""),
    invitation: invitation.optional(),
  })
  .refine(({ password, confirmPassword }) => canonical(password) === canonical(confirmPassword), {
    error: "Passwords do not match",
    path: ["confirmPassword"],
    when: ({ value }) => bothGiven(value, "password"),
  });

/** The page `/login` */
export const loginForm = z.object({
  email: signInBody.shape.email,
  password: givenPassword,
  remember: z.boolean().default(false),
});

/** The page `/forgot-password` */
export const forgotPasswordForm = z.object({ email });

/** The page `/reset-password` */
export const resetPasswordForm = z
  .object({ newPassword, confirmPassword: z.string().default("") })
  .refine(({ newPassword, confirmPassword }) => canonical(newPassword) === canonical(confirmPassword), {
    error: "Passwords do not match",
    path: ["confirmPassword"],
    when: ({ value }) => bothGiven(value, "newPassword"),
  });

/** The page `/settings/email` */
export const changeEmailForm = z.object({ email, password: givenPassword });

/** The page `/verify-email`. It asks for the password if addresses must be confirmed before the first sign-in. */
export const verifyEmailForm = z.object({
  password: z
    .string()
    .refine((value) => value.length <= 4096, "Password must be at most 256 characters")
    .default(""),
});

/** The page `/settings/confirm` */
export const confirmForm = z
  .object({
    password: z
      .string("Password must be text")
      .default("")
      .refine((value) => value.length <= 4096, "Password must be at most 256 characters"),
    /** An authenticator code, accepted in place of the password. */
    code: z
      .string()
      .default("")
      .refine((value) => value.length <= longestCode, "That is longer than any code"),
  })
  .refine(({ password, code }) => password !== "" || compactCode(code) !== "", {
    error: "Enter your password",
    path: ["password"],
  });

/** The page `/settings/delete` */
export const deleteAccountForm = z.object({ password: givenPassword });

/** Settings → Profile */
export const profileForm = z.object({ name: z.string("Enter a name").pipe(name) });

/** Settings → Password */
export const changePasswordForm = z
  .object({
    currentPassword: requiredText("Enter your current password", "Password must be text").refine(
      (value) => value.length <= 4096,
      "Password must be at most 256 characters",
    ),
    newPassword,
    confirmPassword: z.string().default(""),
  })
  .refine(({ newPassword, confirmPassword }) => canonical(newPassword) === canonical(confirmPassword), {
    error: "Passwords do not match",
    path: ["confirmPassword"],
    when: ({ value }) => bothGiven(value, "newPassword"),
  });

/** The two passwords are compared even if another field is wrong, so that the form shows all faults at once. */
function bothGiven(value: unknown, password: string): boolean {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, password) === "string";
}

/** Settings → Sessions */
export const revokeSessionForm = z.object({ sessionId: z.string().refine(storable) });

export type SignUp = Readonly<{ email: string; password: string; name?: string; invitation?: string }>;
export type Credentials = Readonly<{ email: string; password: string }>;
