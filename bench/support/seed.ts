/** Accounts and tasks, created through the public interfaces. */

export const password = "four quiet words here";

export type Account = Readonly<{ email: string; token: string; cookie: string }>;

async function post(url: string, body: unknown, token?: string): Promise<Response> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`POST ${new URL(url).pathname} answered ${answer.status}: ${await answer.text()}`);
  return answer;
}

/** Creates an account, signs it in on the page too, and returns both credentials. */
export async function createAccount(origin: string, email: string): Promise<Account> {
  const answer = await post(`${origin}/api/auth/signup`, { email, password });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return { email, token, cookie: await signInOnPage(origin, email) };
}

/** Signs in with the form, and returns the cookie. */
export async function signInOnPage(origin: string, email: string): Promise<string> {
  const answer = await fetch(`${origin}/login`, {
    method: "POST",
    body: new URLSearchParams({ intent: "sign-in", email, password }),
    redirect: "manual",
  });
  const cookie = answer.headers.getSetCookie().find((value) => value.includes("holdfast_session="));
  if (answer.status !== 303 || !cookie) throw new Error(`POST /login answered ${answer.status}`);
  return cookie.split(";")[0] ?? "";
}

const titles = [
  "Water the plants in the stairwell",
  "Write the minutes of Tuesday's meeting",
  "Ring the dentist",
  "Book the train to Lyon & tell Zoë",
  "Read chapter four",
  "Take the bicycle to the workshop before the weekend",
];

/** Creates varied tasks: with and without text, date and tick, of all priorities. */
export async function createTasks(origin: string, token: string, count: number): Promise<void> {
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  for (let index = 0; index < count; index++)
    await post(
      `${origin}/api/tasks`,
      {
        title: `${titles[index % titles.length] ?? ""} (${index + 1})`,
        description: index % 3 === 0 ? "Ask first whether it is still needed; bring the list from the kitchen." : null,
        priority: (["low", "medium", "high"] as const)[index % 3],
        due_date: index % 4 === 0 ? null : day((index % 30) - 7),
        completed: index % 5 === 0,
      },
      token,
    );
}
