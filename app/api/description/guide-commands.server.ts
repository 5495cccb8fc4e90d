import type { GuideCommands } from "~/api/parts/api-view";
import { curl, type CurlCall } from "./curl";

const account = { email: "ann@example.com", password: "a quiet walk before breakfast" };

/** Shell code that prints a field of the JSON in `$ANSWER`, or nothing if it is missing. */
const fieldOfAnswer = (name: string) => `$(printf '%s\\n' "$ANSWER" | sed -n 's/.*"${name}":"\\([^"]*\\)".*/\\1/p')`;

/** Sends a request whose answer contains tokens, and stores them in shell variables. */
const keepingTokens = (request: string) =>
  [
    `ANSWER=$(${request})`,
    `TOKEN=${fieldOfAnswer("access_token")}`,
    `REFRESH_TOKEN=${fieldOfAnswer("refresh_token")}`,
    `if [ -n "$TOKEN" ]; then echo 'You are signed in'; else echo "$ANSWER"; fi`,
  ].join("\n");

/**
 * The commands of the guide, in the order in which they work: each uses the results of those before it. They need only
 * a POSIX shell, curl and sed.
 *
 * @param origin - the site's own origin
 */
export function guideCommands(origin: string): GuideCommands {
  const at = (path: string, call: Partial<CurlCall> = {}) =>
    curl({ method: "GET", url: `${origin}/api${path}`, options: "-s", ...call });
  const own = { needsToken: true };
  return {
    signUp: at("/auth/signup", { method: "POST", body: { ...account, name: "Ann" } }),
    signIn: keepingTokens(at("/auth/login", { method: "POST", body: account })),
    add: at("/tasks", { ...own, method: "POST", body: { title: "Buy milk", due_date: "2026-12-01" } }),
    list: at("/tasks?completed=false&sort=due_date", own),
    refresh: keepingTokens(at("/auth/refresh", { method: "POST", body: { refresh_token: "$REFRESH_TOKEN" } })),
    refused: at("/tasks", { ...own, method: "POST", body: { title: "", priority: "urgent" } }),
    page: at("/tasks?limit=20&offset=0", { ...own, options: "-i" }),
    walk: [
      `NEXT='${origin}/api/tasks?limit=100&cursor='`,
      `while [ -n "$NEXT" ]; do`,
      `  curl -s -D headers.txt "$NEXT" -H "Authorization: Bearer $TOKEN"`,
      `  NEXT=$(sed -n 's/^[Ll]ink:.*<\\([^>]*\\)>; rel="next".*/\\1/p' headers.txt)`,
      `done`,
    ].join("\n"),
    retry: at("/tasks", {
      ...own,
      method: "POST",
      options: "-s --retry 3",
      headers: { "Idempotency-Key": "plants-2026-12-01" },
      body: { title: "Water the plants" },
    }),
    change: [
      `TAG=$(curl -s -D - -o /dev/null '${origin}/api/tasks/1' -H "Authorization: Bearer $TOKEN" |`,
      `  sed -n 's/^[Ee][Tt]ag: *\\("[^"]*"\\).*/\\1/p')`,
      at("/tasks/1", { ...own, method: "PATCH", body: { completed: true } }).replace(
        `-H "Authorization`,
        `-H "If-Match: $TAG" \\\n  -H "Authorization`,
      ),
    ].join("\n"),
  };
}
