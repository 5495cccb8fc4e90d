import { describe, expect, it } from "vitest";
import { mostFields, readFormFields } from "~/web/body/form-body.server";

const request = (type: string, body: string) =>
  new Request("http://localhost/", { method: "POST", headers: { "Content-Type": type }, body });
const urlencoded = (body: string) => readFormFields(request("application/x-www-form-urlencoded", body));
const multipart = (body: string) => readFormFields(request("multipart/form-data; boundary=limit", body));
const part = (head: string, content = "") => `--limit\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`;
const end = "--limit--\r\n";

describe("what browsers send", () => {
  it("as one text", async () => {
    expect(await urlencoded("a=1&b=%C3%A9+%26&a=2&c")).toEqual([
      ["a", "1"],
      ["b", "é &"],
      ["a", "2"],
      ["c", ""],
    ]);
  });

  it("in parts", async () => {
    expect(
      await multipart(part('name="a"', "1") + part('name="b"', "é &\r\n--lim") + part('name="a"', "") + end),
    ).toEqual([
      ["a", "1"],
      ["b", "é &\r\n--lim"],
      ["a", ""],
    ]);
  });

  it("a quoted boundary, and names in quotes", async () => {
    const sent = request(
      'multipart/form-data; boundary="a b"',
      `--a b\r\nContent-Disposition: form-data; name="x%22"\r\n\r\n1\r\n--a b--`,
    );
    expect(await readFormFields(sent)).toEqual([["x%22", "1"]]);
  });

  it("a long text, whole", async () => {
    const text = "🌱".repeat(10_000);
    expect(await multipart(part('name="a"', text) + end)).toEqual([["a", text]]);
    expect(await urlencoded(new URLSearchParams({ a: text }).toString())).toEqual([["a", text]]);
  });

  it("leaves the request readable", async () => {
    const sent = request("application/x-www-form-urlencoded", "a=1");
    await readFormFields(sent);
    expect(await sent.text()).toBe("a=1");
  });

  it("nothing of another type", async () => {
    expect(await readFormFields(request("application/json", "{}"))).toBeNull();
  });
});

describe("what no form here is", () => {
  const refused = (body: Promise<unknown>) => expect(body).rejects.toMatchObject({ name: "HttpError", status: 400 });

  it("has more fields than any", async () => {
    expect(await urlencoded("a&".repeat(mostFields - 1))).toHaveLength(mostFields - 1);
    await refused(urlencoded("a&".repeat(mostFields)));
    expect(await multipart(part('name="a"').repeat(mostFields - 1) + end)).toHaveLength(mostFields - 1);
    await refused(multipart(part('name="a"').repeat(mostFields + 1) + end));
  });

  it.each([
    ["a file", part('name="a"; filename="a.txt"', "1") + end],
    ["an empty file", part('name="a"; filename=""') + end],
    ["no end", part('name="a"', "1")],
    ["no parts", "a=1"],
    ["nothing", ""],
    ["a head without end", `--limit\r\n${"A: b\r\n".repeat(100_000)}`],
  ])("has %s", async (_what, body) => refused(multipart(body)));

  it("has no boundary", async () => {
    await refused(readFormFields(request("multipart/form-data", part('name="a"') + end)));
    await refused(readFormFields(request("multipart/form-data; boundary=", part('name="a"') + end)));
  });
});

/* Each of these took the platform's own parser seconds, or grew with the square of its length. The limit is generous: a
   busy machine must not fail it. */
describe("a megabyte made to stall costs next to nothing:", () => {
  const withinASecond = async (read: () => Promise<unknown>) => {
    const began = process.cpuUsage();
    await read().catch(() => undefined);
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1000).toBeLessThan(400);
  };

  it.each([
    ["empty files", part('name="a"; filename=""').repeat(12_000) + end],
    ["empty parts", "--limit\r\n\r\n\r\n".repeat(60_000)],
    ["boundaries", "--limit\r\n".repeat(100_000)],
    ["beginnings of a boundary", part('name="a"', "\r\n--".repeat(240_000)) + end],
    ["headers", `--limit\r\n${"A: b\r\n".repeat(160_000)}`],
    ["one long header", `--limit\r\nA: ${"b".repeat(990_000)}`],
    ["parameters of a header", `--limit\r\nContent-Disposition: form-data; ${"a=b;".repeat(240_000)}\r\n\r\n`],
    ["a long name", part(`name="${"%0A".repeat(320_000)}"`) + end],
    ["line ends", "\r\n".repeat(490_000)],
  ])("%s", async (_what, body) => withinASecond(() => multipart(body)));

  it.each([
    ["pairs", "a=1&".repeat(250_000)],
    ["separators", "&".repeat(1_000_000)],
    ["percent signs", "%".repeat(1_000_000)],
    ["one long name", "a".repeat(1_000_000)],
  ])("%s", async (_what, body) => withinASecond(() => urlencoded(body)));
});
