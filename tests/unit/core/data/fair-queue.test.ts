import { expect, it } from "vitest";
import { FairQueue } from "~/core/data/fair-queue";

/** Work that ends when it is told to, and notes when it began. */
function desk(queue: FairQueue) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const ask = (account: string, name: string) =>
    queue.run(account, () => {
      begun.push(name);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    });
  const end = async (name: string, asked: Promise<string>) => {
    ends.get(name)?.();
    expect(await asked).toBe(name);
  };
  return { begun, ask, end };
}

it("lets in so many at a time, and one of an account", async () => {
  const { begun, ask, end } = desk(new FairQueue(2));
  const a1 = ask("a", "a1");
  void ask("a", "a2");
  void ask("b", "b1");
  void ask("c", "c1");
  await Promise.resolve();
  expect(begun).toEqual(["a1", "b1"]);
  await end("a1", a1);
  expect(begun).toEqual(["a1", "b1", "c1"]);
});

it("takes the accounts in turn, and the work of each in its order", async () => {
  const { begun, ask, end } = desk(new FairQueue(1));
  const all = ["a1", "a2", "a3", "b1", "b2", "c1"].map((name) => [name, ask(name.slice(0, 1), name)] as const);
  await Promise.resolve();
  const asked = new Map(all);
  while (begun.length < all.length) await end(begun.at(-1) ?? "", asked.get(begun.at(-1) ?? "") ?? Promise.reject(new Error()));
  expect(begun).toEqual(["a1", "b1", "c1", "a2", "b2", "a3"]);
});

it("goes on after work that fails", async () => {
  const queue = new FairQueue(1);
  const failing = queue.run("a", () => Promise.reject(new Error("no")));
  const next = queue.run("a", () => Promise.resolve("yes"));
  await expect(failing).rejects.toThrow("no");
  expect(await next).toBe("yes");
});
