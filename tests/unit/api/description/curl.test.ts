import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { curl, shellQuote } from "~/api/description/curl";

/** What a shell makes of a command: its words, one on each line of JSON. */
function wordsOf(command: string, env: Record<string, string> = {}): string[] {
  const print = `${process.execPath} -e 'console.log(JSON.stringify(process.argv.slice(1)))' -- `;
  const { stdout, stderr } = spawnSync("sh", ["-c", command.replace(/^curl /, print)], {
    env: { NODE_ENV: "test", ...env },
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return JSON.parse(stdout) as string[];
}

const text = fc.string({ unit: "grapheme", maxLength: 40 }).filter((value) => !value.includes("\0"));
const awkward = fc.string({ unit: fc.constantFrom("'", '"', "$", "`", "\\", "\n", "!", " ", "#", "a"), maxLength: 20 });

describe("a command", () => {
  it("reaches curl word for word, whatever is in it", () => {
    fc.assert(
      fc.property(fc.oneof(text, awkward), (value) => {
        expect(wordsOf(`curl ${shellQuote(value)}`)).toEqual([value]);
      }),
      { numRuns: 25 },
    );
  });

  it("sends a body as it is, with the shell's own tokens in it and nothing else of the shell", () => {
    const command = curl({
      method: "POST",
      url: "http://localhost/api/x?a=1&b=2",
      needsToken: true,
      body: { refresh_token: "$REFRESH_TOKEN", title: `It's "$HOME" \`date\` \\ fine` },
    });
    const words = wordsOf(command, { TOKEN: "t 1", REFRESH_TOKEN: "r 1", HOME: "/wrong" });
    const body = words.pop() ?? "";
    expect(words).toEqual([
      "http://localhost/api/x?a=1&b=2",
      ...["-H", "Authorization: Bearer t 1", "-H", "Content-Type: application/json", "-d"],
    ]);
    expect(JSON.parse(body)).toEqual({ refresh_token: "r 1", title: `It's "$HOME" \`date\` \\ fine` });
  });

  it("names the method where curl would take another", () => {
    const url = "http://localhost/";
    expect(curl({ method: "GET", url })).toBe("curl 'http://localhost/'");
    expect(curl({ method: "DELETE", url, options: "-i" })).toBe("curl -i -X DELETE 'http://localhost/'");
    expect(curl({ method: "POST", url })).toBe("curl -X POST 'http://localhost/'");
    expect(curl({ method: "POST", url, body: { a: 1 } })).not.toContain("-X");
  });

  it("sends a form encoded, field by field", () => {
    const call = { method: "POST", url: "http://localhost/", mediaType: "application/x-www-form-urlencoded" };
    expect(wordsOf(curl({ ...call, body: { username: "o'hara", n: 1 } }))).toEqual([
      "http://localhost/",
      ...["--data-urlencode", "username=o'hara", "--data-urlencode", "n=1"],
    ]);
  });
});
