import createClient from "openapi-fetch";
import type { components, paths } from "./schema";
import { createSessions, type Tokens } from "./sessions";

export type { Tokens };

type Schemas = components["schemas"];
export type Task = Schemas["Task"];
export type User = Schemas["User"];
export type Problem = Schemas["Problem"];

export type HoldfastOptions = {
  /** Where the server is, such as `https://tasks.example.com`. */
  baseUrl: string;
  /** Of an earlier sign-in, as `onTokens` was given them. */
  tokens?: Tokens;
  /** A personal access token, in place of signing in. It is sent as it is and never refreshed. */
  personalToken?: string;
  /**
   * Is given each new pair of tokens, and undefined when there is none any more. No call goes on before what it answers
   * is done: a pair that is kept here cannot be lost, and an old refresh token is soon good for nothing.
   */
  onTokens?: (tokens: Tokens | undefined) => void | Promise<void>;
  /** In place of the global one. */
  fetch?: (request: Request) => Promise<Response>;
};

/**
 * A client of a Holdfast server. When the access token has run out it is exchanged for a new one, once for however many
 * calls are under way, and each of these is sent again. When the server refuses the exchange the client is signed out,
 * and the calls get their 401.
 *
 * @throws TypeError if `baseUrl` is no absolute address
 */
export function createHoldfast({ baseUrl, tokens, personalToken, onTokens, fetch }: HoldfastOptions) {
  const base = new URL(baseUrl).href.replace(/\/+$/, "");
  const sessions = createSessions({ base, tokens, personalToken, onTokens, send: fetch });
  const client = createClient<paths>({ baseUrl: base, fetch: (request) => sessions.send(request) });

  return {
    ...client,
    /** Opens a session, whose tokens go along with every call from then on. */
    async signIn(credentials: Schemas["SignIn"]) {
      const answer = await client.POST("/api/auth/login", { body: credentials });
      if (answer.data) await sessions.begin(answer.data);
      return answer;
    },
    /** Creates an account and signs it in, unless its address has to be confirmed first (202). */
    async signUp(account: Schemas["SignUp"]) {
      const answer = await client.POST("/api/auth/signup", { body: account });
      if (answer.data && "access_token" in answer.data) await sessions.begin(answer.data);
      return answer;
    },
    /** Ends the session on the server, and forgets its tokens unless the server could not do so. */
    async signOut() {
      const answer = await client.POST("/api/auth/logout");
      if (answer.response.ok) await sessions.end();
      return answer;
    },
  };
}

/** The calls of the API by path and method (`client.GET("/api/tasks")`), and signing up, in and out. */
export type Holdfast = ReturnType<typeof createHoldfast>;
