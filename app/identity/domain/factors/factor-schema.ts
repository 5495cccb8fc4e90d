import { z } from "zod";
import { compactCode, longestCode, readTotpCode } from "~/identity/domain/account/factor-codes";

/** The forms of two-step sign-in and of passkeys. */

const typedCode = (missing: string) =>
  z
    .string({ error: missing })
    .overwrite((code) => code.trim())
    .refine((code) => compactCode(code) !== "", missing)
    .refine((code) => code.length <= longestCode, "That is longer than any code");

/** `/settings/two-step/setup`, and the first question of `/login/second-factor` */
export const codeForm = z.object({ code: typedCode("Enter the code that your app shows") });

/** The other question of `/login/second-factor` */
export const backupCodeForm = z.object({ backupCode: typedCode("Enter one of your backup codes") });

/** `/settings/two-step`: turn it off */
export const turnOffForm = z.object({
  password: z
    .string({ error: "Enter your password" })
    .refine((value) => value !== "", "Enter your password")
    .refine((value) => value.length <= 4096, "Password must be at most 256 characters"),
  code: typedCode("Enter a code of your app, or a backup code"),
});

/** `/settings/two-step`: replace the named set of backup codes */
export const newCodesForm = z.object({ generation: z.string().max(64) });

const shownCode = /^[a-z0-9]{5}-[a-z0-9]{5}$/;

/** The codes as they were shown, to be returned as a file. Accepts nothing except codes. */
export const downloadForm = z.object({
  codes: z.string().refine((text) => {
    const codes = text.split(" ");
    return codes.length <= 10 && codes.every((code) => shownCode.test(code));
  }),
});

/**
 * Reads a field that accepts both kinds of code: six digits are an authenticator code, anything else is a backup code.
 */
export const readAnswer = (code: string): { totpCode: string } | { backupCode: string } =>
  readTotpCode(code) === null ? { backupCode: code } : { totpCode: code };
