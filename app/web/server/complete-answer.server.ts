/** The bodies of answers that were complete when they were made. */
const bodies = new WeakMap<Response, string>();

/** An answer whose body is at hand: `send` need not read it back out of a stream, which costs more than making it. */
export function completeAnswer(body: string, init: ResponseInit): Response {
  const answer = new Response(body, init);
  bodies.set(answer, body);
  return answer;
}

/** The body of an answer, null if it has none. */
export async function bodyOf(answer: Response): Promise<string | Buffer | null> {
  return bodies.get(answer) ?? (answer.body ? Buffer.from(await answer.arrayBuffer()) : null);
}
