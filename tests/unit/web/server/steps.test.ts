import { describe, expect, it } from "vitest";
import { stepsOfApp } from "~/web/server/express-app.server";
import type { Exchange, Step } from "~/web/server/steps/exchange";
import { runSteps, stepsOf } from "~/web/server/steps/run-steps";
import type { Surface } from "~/web/server/surface";

describe("the steps of the server", () => {
  const never = () => new Promise<never>(() => undefined);
  const steps = stepsOfApp({ remix: never, assets: () => undefined, isReady: never }, () => undefined);

  it.each<[Surface, string[]]>([
    ["page", ["security headers", "address", "compression", "static files", "request of a page", "body", "route"]],
    ["data", ["security headers", "address", "compression", "request of a page", "body", "route"]],
    ["api", ["security headers", "address", "compression", "other origins", "request of the API", "body", "route"]],
    ["asset", ["security headers", "address", "compression", "static files", "gone asset"]],
    ["health", ["security headers", "health"]],
  ])("of %s are these and no more", (surface, names) => {
    expect(stepsOf(steps, surface).map(({ name }) => name)).toEqual(names);
  });

  it("have each a name of its own", () => {
    const names = steps.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("a request", () => {
  const page = { surface: "page" } as Exchange;

  /** What happens to a request of a page, by the names of the steps and of the ways out. */
  function happens(...runs: [surface: Surface, run: Step["run"]][]): unknown[] {
    const seen: unknown[] = [];
    const steps = runs.map(([surface, run], index): Step => {
      const name = `step ${index + 1}`;
      return {
        name,
        surfaces: [surface],
        run: (exchange, next) => {
          seen.push(name);
          run(exchange, next);
        },
      };
    });
    runSteps(steps, (error) => seen.push("error", error))(page, (error) => seen.push("left", error));
    return seen;
  }

  const goOn: Step["run"] = (_exchange, next) => next();
  const failure = new Error("of a step");

  it("takes the steps of its surface in their order", () => {
    expect(happens(["page", goOn], ["api", goOn], ["page", goOn])).toEqual(["step 1", "step 3", "left", undefined]);
  });

  it("ends at the step that answers", () => {
    expect(happens(["page", () => undefined], ["page", goOn])).toEqual(["step 1"]);
  });

  it("is answered as an error where a step throws or reports one, and takes no step more", () => {
    const throwing: Step["run"] = () => {
      throw failure;
    };
    expect(happens(["page", throwing], ["page", goOn])).toEqual(["step 1", "error", failure]);
    expect(happens(["page", (_exchange, next) => next(failure)], ["page", goOn])).toEqual(["step 1", "error", failure]);
  });
});
