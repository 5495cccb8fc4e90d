import { z } from "zod";
import { addDays, localToday } from "~/core/time/day";
import { storable, visibleText } from "~/core/text";
import type { Scope } from "~/core/scopes";

/** Settings → API tokens. */

const lifetimes = ["7", "30", "90", "365", "date"] as const;

const scopeFields = { tasksRead: "tasks:read", tasksWrite: "tasks:write", accountRead: "account:read" } as const;

/** Runs a check even if another field is wrong, so that the form shows all faults at once. */
const always = () => true;

/** The form of a new token. A date means the end of that day. */
export const newTokenForm = z
  .object({
    id: z.uuid(),
    name: z.string("Enter a name").pipe(visibleText("Name", 100, "Enter a name")),
    tasksRead: z.boolean().default(false),
    tasksWrite: z.boolean().default(false),
    accountRead: z.boolean().default(false),
    expires: z.enum(lifetimes, "Choose how long the token is good").default("30"),
    expiresOn: z.iso.date("Enter a day such as 2026-12-31").optional(),
  })
  .refine((form) => Object.keys(scopeFields).some((name) => form[name as keyof typeof scopeFields]), {
    error: "Choose at least one thing that the token may do",
    path: ["tasksRead"],
    when: always,
  })
  .refine(({ expires, expiresOn }) => expires !== "date" || expiresOn !== undefined, {
    error: "Enter the day",
    path: ["expiresOn"],
    when: always,
  })
  // A date that was typed must not be ignored because the matching option was not chosen.
  .refine(({ expires, expiresOn }) => expires === "date" || expiresOn === undefined, {
    error: "Choose “At the end of the day below”, or leave the last day empty",
    path: ["expires"],
  })
  .refine(
    ({ expires, expiresOn }) =>
      expires !== "date" || !expiresOn || (expiresOn >= localToday() && expiresOn <= addDays(localToday(), 365)),
    { error: "Choose a day within the next 365", path: ["expiresOn"] },
  );

/** The scopes chosen in the form. */
export const chosenScopes = (form: z.output<typeof newTokenForm>): Scope[] =>
  Object.entries(scopeFields).flatMap(([name, scope]) => (form[name as keyof typeof scopeFields] ? [scope] : []));

/** The token that a button of the list belongs to. */
export const tokenIdForm = z.object({ tokenId: z.string().refine(storable) });
