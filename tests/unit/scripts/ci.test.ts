import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { scripts } from "../../../package.json";

const read = (file: string) => readFileSync(file, "utf8");

it("CI runs what the README says for testing, the browser tests on a busy machine", () => {
  expect(read("README.md")).toContain("npm ci && npm test\n");
  const steps = scripts.test.split(" && ").map((step) => step.replace(/ test:e2e$/, " test:e2e:busy"));
  const commands = read(".ci/run").match(/^npm .*/gm);
  expect(commands).toEqual(["npm ci", ...steps, "npm run test:node"]);
  expect(read(".github/workflows/ci.yml")).toContain("run: .ci/run\n");
});
