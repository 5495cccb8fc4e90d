import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/**
 * A TCP proxy in front of a server that simulates faults: it cuts connections, refuses them, or accepts everything and
 * answers nothing, like a frozen machine or a dead cable.
 */
export interface TcpProxy {
  /** The server's URL through the proxy. */
  url: string;
  /** Breaks all connections; new ones are let through. */
  cut(): void;
  /** Breaks all connections, and every new one at once. */
  refuse(): void;
  /** From now on drops all data in both directions, without an error. */
  swallow(): void;
  /** Lets everything pass again. Dropped data is lost, so connections of that time are broken. */
  heal(): void;
  /** The number of open connections. */
  connections(): number;
  /** The number of connections refused so far. */
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
