import { listPasskeys } from "~/identity/domain/passkeys/passkeys.server";
import { hasTotp } from "~/identity/domain/factors/factor.server";
import { listTokens } from "~/identity/domain/tokens/personal-tokens.server";
import type { LinksToSettings } from "~/web/settings-links.server";

const countOf = (things: readonly unknown[]) => (things.length ? String(things.length) : "None");

/** The links to the settings pages about the account. */
export const identitySettings: LinksToSettings = async (actor) => {
  const [twoStep, passkeys, tokens] = await Promise.all([hasTotp(actor), listPasskeys(actor), listTokens(actor)]);
  return [
    {
      to: "/settings/two-step",
      label: "Two-step sign-in",
      help: "A code of an app on your phone after the password.",
      state: twoStep ? "On" : "Off",
    },
    {
      to: "/settings/passkeys",
      label: "Passkeys",
      help: "Sign in with your device, without a password.",
      state: countOf(passkeys),
    },
    {
      to: "/settings/tokens",
      label: "API tokens",
      help: "For your own programs, each with what you allow it.",
      state: countOf(tokens),
    },
    { to: "/settings/log", label: "Security log", help: "Sign-ins, failures and changes of your account." },
    { to: "/settings/data", label: "Your data", help: "Download your tasks, or everything." },
    { to: "/settings/delete", label: "Delete account", help: "Your account with everything in it, for good." },
  ];
};
