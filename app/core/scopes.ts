/**
 * What a personal access token can be allowed to do. No personal access token can do anything that has no scope here.
 */
export const scopes = ["tasks:read", "tasks:write", "account:read"] as const;
export type Scope = (typeof scopes)[number];

export const scopesInWords: Record<Scope, string> = {
  "tasks:read": "Read tasks",
  "tasks:write": "Add, change and delete tasks",
  "account:read": "Read the account: name and email address",
};

/** The most personal access tokens an account may have. */
export const mostTokens = 50;
