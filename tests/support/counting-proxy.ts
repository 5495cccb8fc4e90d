import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/**
 * A TCP proxy in front of PostgreSQL that counts a client's statements: the messages "Execute" and "Query" of the
 * protocol (PostgreSQL documentation, "Message Formats").
 */
export async function startCountingProxy(url: string) {
  const target = new URL(url);
  let statements = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const close = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", close).on("close", close);
    }
    let pending = Buffer.alloc(0);
    let started = false;
    client.on("data", (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      for (;;) {
        // The first message has no type, only a length.
        const typeBytes = started ? 1 : 0;
        if (pending.length < typeBytes + 4) break;
        const length = typeBytes + pending.readInt32BE(typeBytes);
        if (pending.length < length) break;
        if (started && ["E", "Q"].includes(String.fromCharCode(pending[0] ?? 0))) statements++;
        started = true;
        pending = pending.subarray(length);
      }
      upstream.write(chunk);
    });
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const through = new URL(url);
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    statements: () => statements,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
