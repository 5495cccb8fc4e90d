import { execFileSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { HashQueue } from "~/identity/domain/passwords/hash-queue";
import { RateLimited } from "~/core/errors";

/** Work by name, `address/account/number`, that ends when it is told to, and the order in which it began. */
function desk(queue: HashQueue) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const refused: string[] = [];
  const ask = (...names: string[]) => {
    for (const name of names) {
      const [address = "", account = ""] = name.split("/");
      const work = () => {
        begun.push(name);
        return new Promise<void>((end) => ends.set(name, end));
      };
      queue.run({ address, account }, work).catch((error: unknown) => {
        expect(error).toBeInstanceOf(RateLimited);
        refused.push(name);
      });
    }
  };
  /** Lets the queue do what follows. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  /** Ends everything, one after the other. */
  const drain = async () => {
    await settle();
    for (let index = 0; index < begun.length; index++) {
      ends.get(begun[index] ?? "")?.();
      await settle();
    }
    return begun;
  };
  return { begun, refused, ask, settle, drain };
}

const times = (count: number, name: string) => Array.from({ length: count }, (_, index) => `${name}/${index + 1}`);

describe("the queue for the hash", () => {
  it("takes the addresses in turn, and at each the accounts in turn", async () => {
    const { ask, drain } = desk(new HashQueue(1, 100));
    ask(...times(3, "a/x"), ...times(2, "a/y"), ...times(2, "b/x"), "c/z/1");
    expect(await drain()).toEqual(["a/x/1", "b/x/1", "c/z/1", "a/y/1", "b/x/2", "a/x/2", "a/y/2", "a/x/3"]);
  });

  it("a newcomer waits for one piece of work of a flood, whether it comes from elsewhere or from the same address", async () => {
    const { begun, ask, settle, drain } = desk(new HashQueue(1, 1_000));
    ask(...times(400, "flood/x"));
    await settle();
    ask("elsewhere/y/1", "flood/y/1");
    await drain();
    expect(begun.indexOf("elsewhere/y/1")).toBe(1);
    expect(begun.indexOf("flood/y/1")).toBe(2);
    expect(begun).toHaveLength(402);
  });

  it("runs as many at a time as it may, of one address too", async () => {
    const { begun, ask, settle } = desk(new HashQueue(2, 100));
    ask(...times(3, "a/x"));
    await settle();
    expect(begun).toEqual(["a/x/1", "a/x/2"]);
  });

  it("goes on after work that fails", async () => {
    const queue = new HashQueue(1, 100);
    const asking = { address: "a", account: "x" };
    const failing = queue.run(asking, () => Promise.reject(new Error("no")));
    const next = queue.run(asking, () => Promise.resolve("yes"));
    await expect(failing).rejects.toThrow("no");
    expect(await next).toBe("yes");
  });

  it("when it is full, the newest of whoever has most waiting gives way, and nobody else", async () => {
    const { refused, ask, settle, drain } = desk(new HashQueue(1, 4));
    // One runs, four wait.
    ask(...times(5, "flood/x"));
    ask("flood/x/6");
    await settle();
    expect(refused).toEqual(["flood/x/6"]);
    ask("b/y/1", "flood/z/1");
    await settle();
    expect(refused).toEqual(["flood/x/6", "flood/x/5", "flood/x/4"]);
    ask("b/y/2");
    await settle();
    expect(refused).toHaveLength(4);
    expect(await drain()).toEqual(expect.arrayContaining(["flood/x/1", "b/y/1", "flood/z/1"]));
  });
});

describe("nothing is hashed without having been counted", () => {
  const root = path.resolve(import.meta.dirname, "../../../../..");
  const filesWith = (pattern: string) =>
    execFileSync(
      "grep",
      ["-rlE", "--include=*.ts", "--include=*.tsx", "--exclude-dir=generated", pattern, "app", "cli"],
      {
        cwd: root,
        encoding: "utf8",
      },
    )
      .trim()
      .split("\n")
      .sort();

  it("one module has the hash, and asks for a turn", () => {
    expect(filesWith("@node-rs/argon2")).toEqual(["app/identity/domain/passwords/passwords.server.ts"]);
  });

  it("turns are given by counting, but for the operator's own commands", () => {
    expect(filesWith("as Turn\\b")).toEqual(["app/identity/domain/passwords/turn-to-hash.server.ts"]);
    expect(filesWith("operatorsTurn")).toEqual([
      "app/identity/domain/lifecycle/operator.server.ts",
      "app/identity/domain/passwords/turn-to-hash.server.ts",
    ]);
  });
});
