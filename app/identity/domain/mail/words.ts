import { isIP } from "node:net";
import { momentWords } from "~/core/time/moment-words.server";
import type { Block, Message } from "~/services/mail/message";
import { quoted } from "~/services/mail/untrusted-text";

/** The text of every kind of message. Links are passed in; this module knows no accounts. */

export type Happening = Readonly<{ device: string; address: string; at: string }>;

/**
 * Where and when something happened. `at` is RFC 3339. It is printed in UTC, because the reader's time zone is unknown.
 */
const where = ({ device, address, at }: Happening): Block => ({
  facts: [
    ["Device", quoted(device)],
    ["Network address", isIP(address) ? { exact: address } : quoted(address)],
    ["Time", `${momentWords(new Date(at), "letter", "UTC")} UTC`],
  ],
});

export const confirmAddress = (link: string): Message => ({
  subject: "Confirm your email address",
  blocks: [
    "Somebody, most likely you, gave this address for an account. Confirm that it is yours.",
    { link, label: "Confirm email address" },
    "The link works once, within 24 hours. If it was not you, do nothing: the address stays unconfirmed.",
  ],
});

export const alreadyRegistered = (signIn: string, reset: string): Message => ({
  subject: "You already have an account",
  blocks: [
    "Somebody, most likely you, tried to create an account with this address. There is one already, so nothing was changed. You can sign in with it.",
    { link: signIn, label: "Sign in" },
    "If you do not remember the password, choose a new one.",
    { link: reset, label: "Reset your password" },
    "If it was not you, there is nothing to do.",
  ],
});

export const addressTaken = (signIn: string): Message => ({
  subject: "This address already has an account",
  blocks: [
    "Somebody, most likely you, wanted to use this address for another account. It already has one of its own, so nothing was changed.",
    { link: signIn, label: "Sign in" },
    "If it was not you, there is nothing to do.",
  ],
});

export const resetPassword = (link: string, happening: Happening): Message => ({
  subject: "Reset your password",
  blocks: [
    "Somebody asked for a new password for the account with this address.",
    where(happening),
    { link, label: "Choose a new password" },
    "The link works once, within 10 minutes. If it was not you, do nothing: your password stays as it is.",
  ],
});

export const confirmNewAddress = (link: string): Message => ({
  subject: "Confirm your new email address",
  blocks: [
    "Your account is to use this address from now on. Confirm that it is yours.",
    { link, label: "Use this address" },
    "The link works once, within 24 hours. If it was not you, do nothing: nothing is changed.",
  ],
});

/** An address that mail clients can only read as a whole. Its owner may have to copy it, so it is printed unchanged. */
const plainEmail = /^[\w+-]+(?:\.[\w+-]+)*@[\w-]+(?:\.[\w-]+)+$/;

export const addressChanged = (newEmail: string, undo: string): Message => ({
  subject: "Your email address was changed",
  blocks: [
    "The account that had this address now has another one.",
    { facts: [["New address", plainEmail.test(newEmail) ? { exact: newEmail } : quoted(newEmail)]] },
    "If it was you, there is nothing to do. If it was not, take the account back.",
    { link: undo, label: "Undo the change" },
    "The link works once, within 7 days. It brings this address back and signs out every device; choose a new password afterwards.",
  ],
});

/** What to do about a change that somebody else made. */
const ifNotYou = (reset: string): Block[] => [
  "If it was you, there is nothing to do. If it was not, choose a new password now: that signs out every device.",
  { link: reset, label: "Reset your password" },
];

export const newDevice = (happening: Happening, reset: string): Message => ({
  subject: "New sign-in to your account",
  blocks: [
    "Somebody, most likely you, signed in to your account from a device that it has not seen before.",
    where(happening),
    ...ifNotYou(reset),
  ],
});

export const passwordChanged = (happening: Happening, reset: string): Message => ({
  subject: "Your password was changed",
  blocks: ["The password of your account was changed.", where(happening), ...ifNotYou(reset)],
});

/**
 * @param change - what happened, as a sentence in which `{name}` stands for the name of what was changed
 * @param name - as written by the owner, or by somebody else with access
 */
export const factorChanged = (
  change: string,
  name: string | undefined,
  happening: Happening,
  reset: string,
): Message => ({
  subject: "Your sign-in settings were changed",
  blocks: [change.replace("{name}", () => quoted(name ?? "")), where(happening), ...ifNotYou(reset)],
});

/** @param count - of the notices that were not sent, at least 1 */
export const moreHappened = (count: number, log: string, reset: string): Message => ({
  subject: "More happened in your account",
  blocks: [
    `${count === 1 ? "1 more thing" : `${count.toLocaleString("en")} more things`} happened in your account. To spare you a mail for each of them, this one is the last for an hour. All of them are in your security log.`,
    { link: log, label: "Open your security log" },
    ...ifNotYou(reset),
  ],
});

export const accountDeleted = (): Message => ({
  subject: "Your account was deleted",
  blocks: [
    "Your account and everything in it was deleted. It cannot be brought back.",
    "If it was not you, tell whoever runs this server.",
  ],
});
