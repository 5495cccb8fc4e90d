import type { components } from "./schema";

/** What a session is held by. The answers of signing in and of refreshing have both. */
export type Tokens = Pick<components["schemas"]["Tokens"], "access_token" | "refresh_token">;

/**
 * One session from its sign-in to its end. A call belongs to the session that it was begun in, so that it is never sent
 * again as somebody else who has signed in meanwhile.
 */
type Session = { tokens: Tokens; ended: boolean; refreshing?: Promise<Response | undefined> };

type Options = {
  base: string;
  tokens: Tokens | undefined;
  personalToken: string | undefined;
  onTokens: ((tokens: Tokens | undefined) => void | Promise<void>) | undefined;
  send: ((request: Request) => Promise<Response>) | undefined;
};

/** Calls that open a session or ask for none: a 401 there says nothing about the tokens. */
const open = ["/api/auth/login", "/api/auth/signup", "/api/auth/refresh", "/api/openapi.json"];

/** With these the server says that a refresh token is good no more; with any other it may be good again later. */
const refusals = [401, 422];

/** The sessions of a client, one at a time, and the sending of requests with their tokens. */
export function createSessions({ base, tokens, personalToken, onTokens, send = (request) => fetch(request) }: Options) {
  let current: Session | undefined = tokens && newSession(tokens);

  /** Not for another server, nor over what the caller has set. */
  const takesToken = (request: Request) =>
    request.url.startsWith(`${base}/`) &&
    !request.headers.has("Authorization") &&
    !open.includes(request.url.slice(base.length).split(/[?#]/)[0] ?? "");

  /** @returns nothing if there are new tokens, or none any more; else the answer because of which there are not */
  async function refresh(session: Session): Promise<Response | undefined> {
    const { refresh_token } = session.tokens;
    const exchange = () =>
      send(
        new Request(`${base}/api/auth/refresh`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ refresh_token }),
        }),
      );
    // The answer may have been lost on its way; the same token is answered with the same new one for 60 seconds.
    const answer = await exchange().catch(exchange);
    if (answer.ok) session.tokens = onlyTokens((await answer.json()) as Tokens);
    else if (refusals.includes(answer.status)) session.ended = true;
    else return answer;
    // Another session may have taken its place, whose tokens are the ones to be kept.
    if (current === session) {
      if (session.ended) current = undefined;
      await onTokens?.(current?.tokens);
    }
    return undefined;
  }

  return {
    /** Sends a request with the session's token; if that has run out, once more with the next. */
    async send(request: Request): Promise<Response> {
      if (!takesToken(request)) return send(request);
      if (personalToken !== undefined) return send(withToken(request, personalToken));
      const session = current;
      if (!session) return send(request);

      const { access_token } = session.tokens;
      // A body can be read once: the copy is sent, the original is for the second time.
      const answer = await send(withToken(request.clone(), access_token));
      if (answer.status !== 401) return answer;
      if (session.tokens.access_token === access_token && !session.ended)
        session.refreshing ??= refresh(session).finally(() => delete session.refreshing);
      const refused = await session.refreshing;
      if (refused) return refused.clone();
      if (session.ended) return answer;
      await answer.body?.cancel();
      return send(withToken(request, session.tokens.access_token));
    },

    async begin(tokens: Tokens): Promise<void> {
      current = newSession(tokens);
      await onTokens?.(current.tokens);
    },

    async end(): Promise<void> {
      if (!current) return;
      current.ended = true;
      current = undefined;
      await onTokens?.(undefined);
    },
  };
}

const newSession = (tokens: Tokens): Session => ({ tokens: onlyTokens(tokens), ended: false });

/** What the server answers beside them is not for the place where tokens are kept. */
const onlyTokens = ({ access_token, refresh_token }: Tokens): Tokens => ({ access_token, refresh_token });

function withToken(request: Request, token: string): Request {
  request.headers.set("Authorization", `Bearer ${token}`);
  return request;
}
