/** What a personal access token may be used for. Whatever has no scope of its own is closed to every one of them. */
export const scopes = ["tasks:read", "tasks:write", "account:read"] as const;
export type Scope = (typeof scopes)[number];

export const scopesInWords: Record<Scope, string> = {
  "tasks:read": "Read tasks",
  "tasks:write": "Add, change and delete tasks",
  "account:read": "Read the account: name and email address",
};

/** How many tokens an account may have. */
export const mostTokens = 50;
