import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { versions } from "../../../scripts/node-versions/versions";

/** Runs a program in a process that takes itself for another version of Node. */
function runAs(version: string, ...words: string[]) {
  const pretence = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`;
  const preload = `data:text/javascript,${encodeURIComponent(pretence)}`;
  const { status, stderr, stdout } = spawnSync(process.execPath, ["--import", preload, ...words], {
    encoding: "utf8",
    // A server that does start would never end.
    timeout: 60_000,
    env: { ...process.env, DATA_DIR: "/nowhere" },
  });
  return { status, output: stderr + stdout };
}

describe("a version of Node that the program does not run on", () => {
  it.each(["18.20.8", "20.18.3", "21.7.3", "22.11.0"])("is told so at start: %s", (version) => {
    const sentence = `Holdfast needs Node 20.19 or later, or 22.12 or later; this is Node ${version}.\n`;
    for (const script of ["scripts/ensure-build.mjs", "scripts/run-command.mjs", "build/server/server.js"])
      expect(runAs(version, script)).toEqual({ status: 1, output: sentence });
  });

  it.each([...versions.map(({ node }) => node), "20.20.2", "22.12.0", "25.0.0", "30.1.0"])("is not %s", (version) => {
    const program = 'import { requireNode } from "./scripts/check-node.mjs"; requireNode();';
    expect(runAs(version, "--input-type=module", "-e", program)).toEqual({ status: 0, output: "" });
  });
});

it("the README names the versions that are run", () => {
  const readme = readFileSync("README.md", "utf8");
  for (const { node } of versions) expect(readme).toContain(node);
});
