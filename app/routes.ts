import { index, layout, route } from "@remix-run/route-config";

/** Every page and every other address that the framework answers, with the file of its route. */
export const pages = [
  ["/", "identity/pages/welcome.tsx"],
  ["/signup", "identity/pages/signup.tsx"],
  ["/login", "identity/pages/login.tsx"],
  ["/login/passkey-options", "identity/pages/login-passkey-options.ts"],
  ["/login/second-factor", "identity/pages/second-factor.tsx"],
  ["/login/second-factor/passkey-options", "identity/pages/second-factor-passkey-options.ts"],
  ["/logout", "identity/pages/logout.tsx"],
  ["/forgot-password", "identity/pages/forgot-password.tsx"],
  ["/reset-password", "identity/pages/reset-password.tsx"],
  ["/verify-email", "identity/pages/verify-email.tsx"],
  ["/confirm-email", "identity/pages/confirm-email.tsx"],
  ["/undo-email", "identity/pages/undo-email.tsx"],
  ["/check-email", "identity/pages/check-email.tsx"],
  ["/.well-known/change-password", "identity/pages/change-password.ts"],
  ["/.well-known/jwks.json", "identity/pages/jwks.ts"],

  ["/settings", "identity/pages/settings/settings.tsx"],
  ["/settings/confirm", "identity/pages/settings/confirm.tsx"],
  ["/settings/email", "identity/pages/settings/email.tsx"],
  ["/settings/two-step", "identity/pages/settings/two-step.tsx"],
  ["/settings/two-step/setup", "identity/pages/settings/two-step-setup.tsx"],
  ["/settings/two-step/backup-codes", "identity/pages/settings/backup-codes.ts"],
  ["/settings/passkeys", "identity/pages/settings/passkeys.tsx"],
  ["/settings/passkeys/add", "identity/pages/settings/passkey-add.tsx"],
  ["/settings/passkeys/options", "identity/pages/settings/passkey-options.ts"],
  ["/settings/passkeys/:id", "identity/pages/settings/passkey.tsx"],
  ["/settings/tokens", "identity/pages/settings/tokens.tsx"],
  ["/settings/log", "identity/pages/settings/log.tsx"],
  ["/settings/data", "identity/pages/settings/data.tsx"],
  ["/settings/delete", "identity/pages/settings/delete.tsx"],

  ["/dashboard", "tasks/pages/dashboard.tsx"],
  ["/tasks", "tasks/pages/list.tsx"],
  ["/tasks/:id", "tasks/pages/task.tsx"],
  ["/tasks/:id/delete", "tasks/pages/delete.tsx"],

  ["/docs", "api/pages/guide.tsx"],
  ["/docs/api", "api/pages/reference.tsx"],
  ["/problems/:code", "api/pages/problem.tsx"],
  ["/api/*", "api/pages/api.ts"],
  ["/*", "web/pages/not-found.tsx"],
] as const;

export default [
  layout(
    "web/ui/page-boundary.tsx",
    pages.map(([address, file]) => (address === "/" ? index(file) : route(address.slice(1), file))),
  ),
];
