import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/**
 * A TCP proxy in front of a server, to make trouble on purpose: it cuts connections, refuses them, or takes everything
 * and answers nothing, as a frozen machine or a dead cable does.
 */
export interface TcpProxy {
  /** The server's URL by way of the proxy. */
  url: string;
  /** Breaks every connection off; new ones are let through. */
  cut(): void;
  /** Breaks every connection off, and every new one as soon as it is made. */
  refuse(): void;
  /** From now on nothing that is sent arrives, in either direction, and nobody is told. */
  swallow(): void;
  /** Everything passes again. What was swallowed is lost: connections of that time are broken off. */
  heal(): void;
  /** How many connections are open. */
  connections(): number;
  /** How many connections were refused so far. */
  refused(): number;
  stop(): Promise<void>;
}

/** @param url - of the server, with host and port */
export async function startTcpProxy(url: string): Promise<TcpProxy> {
  const target = new URL(url);
  let refused = 0;
  let mode: "pass" | "refuse" | "swallow" = "pass";
  const pairs = new Set<{ client: Socket; upstream: Socket | null }>();

  const breakOff = () => {
    for (const { client, upstream } of pairs) {
      client.resetAndDestroy();
      upstream?.resetAndDestroy();
    }
  };

  const server = createServer((client) => {
    client.on("error", () => undefined);
    if (mode === "refuse") {
      refused++;
      client.resetAndDestroy();
      return;
    }
    const upstream = mode === "swallow" ? null : connect(Number(target.port), target.hostname);
    const pair = { client, upstream };
    pairs.add(pair);
    const close = () => {
      pairs.delete(pair);
      client.destroy();
      upstream?.destroy();
    };
    client.on("close", close).on("data", (chunk) => mode === "pass" && upstream?.write(chunk));
    upstream
      ?.on("error", close)
      .on("close", close)
      .on("data", (chunk) => mode === "pass" && client.write(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const through = new URL(url);
  through.port = String((server.address() as AddressInfo).port);

  return {
    url: through.href,
    cut: breakOff,
    refuse() {
      mode = "refuse";
      breakOff();
    },
    swallow() {
      mode = "swallow";
    },
    heal() {
      if (mode === "swallow") breakOff();
      mode = "pass";
    },
    connections: () => pairs.size,
    refused: () => refused,
    async stop() {
      breakOff();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
