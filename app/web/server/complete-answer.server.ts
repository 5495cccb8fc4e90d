/** The bodies of answers that were complete when they were created. */
const bodies = new WeakMap<Response, string>();

/**
 * An answer whose body is kept as text, so that `send` need not read it from a stream, which costs more than creating
 * the answer.
 */
export function completeAnswer(body: string, init: ResponseInit): Response {
  const answer = new Response(body, init);
  bodies.set(answer, body);
  return answer;
}

/** The body of an answer, null if it has none. */
export async function bodyOf(answer: Response): Promise<string | Buffer | null> {
  return bodies.get(answer) ?? (answer.body ? Buffer.from(await answer.arrayBuffer()) : null);
}
