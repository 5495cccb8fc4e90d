import { describe, expect, it } from "vitest";
import { readRequestUrl } from "~/web/server/request-url";
import { surfaceOf } from "~/web/server/surface";

/** The surface of a request whose target is a path and query, with a host or without. */
function surface(target: string, method = "GET", origin: string | null = "http://localhost:3000") {
  const address = readRequestUrl(target, origin);
  const path = address.url && address.fault === null ? address.url.pathname : (target.split("?")[0] ?? "");
  return surfaceOf(method, path, address);
}

describe("pages", () => {
  it.each([
    ...[
      "/",
      "/tasks",
      "/login?next=.data",
      "/tasks.data/",
      "/tasks.datas",
      "/tasks%2Edata",
      "/favicon.ico",
      "/nothing",
    ],
    ...["/apis", "/tasks/api", "/x/assets/a.js", "/assetsx", "/assets.js", "/healthzx", "/healthz/x", "/healthz//"],
    ...["/readyz.html", "/x/healthz", "//healthz", "/%", "*", "/assets/../login", "/assets/%2e%2e/login"],
    // Spelled otherwise, these words are names of pages that are not there.
    ...["/%68ealthz", "/%72eadyz", "/%61ssets/a.js", "/assets%2Fa.js", "/x%2F..%2Fhealthz"],
  ])("%s", (target) => expect(surface(target)).toBe("page"));

  it.each(["POST", "PUT", "OPTIONS", "DELETE", "PROPFIND"])("are what health is to %s", (method) => {
    expect(surface("/healthz", method)).toBe("page");
    expect(surface("/readyz", method)).toBe("page");
  });
});

describe("data", () => {
  it.each([
    ...[
      "/tasks.data",
      "/_root.data",
      "/.data",
      "/tasks.data?_routes=root",
      "/healthz.data",
      "/readyz.data",
      "/nothing.data",
    ],
    ...["/assets.data", "/apis.data", "/tasks/api.data", "/%61ssets/a.data", "//evil.data", "/%ff.data"],
  ])("%s", (target) => expect(surface(target)).toBe("data"));

  it("by whatever method", () => expect(surface("/tasks.data", "POST")).toBe("data"));

  it("needs an address that can be read", () => expect(surface("/tasks.data", "GET", null)).toBe("page"));
});

describe("the API", () => {
  it.each([
    ...["/api", "/api/", "/API/tasks", "/api/tasks", "/api/tasks.data", "/api.data", "/%61pi/tasks", "/api%2Ftasks"],
    ...["/api/healthz", "/api/assets/a.js", "/assets/../api/tasks", "/api/%ff", `/api/x?${"a=1&".repeat(200)}`],
  ])("%s", (target) => expect(surface(target)).toBe("api"));

  it("by whatever method, and without a host", () => {
    expect(surface("/api/tasks", "OPTIONS")).toBe("api");
    expect(surface("/api/tasks", "GET", null)).toBe("api");
  });
});

describe("assets", () => {
  it.each([
    ...["/assets", "/assets/", "/assets/root-12345678.js", "/ASSETS/a.js", "/assets/a.data", "/assets/%61.js"],
    ...["/assets//a", "/assets/..%2Flogin", "/login/../assets/a.js"],
  ])("%s", (target) => expect(surface(target)).toBe("asset"));

  it("by whatever method", () => expect(surface("/assets/a.js", "POST")).toBe("asset"));

  it("are none below an address with a fault", () => {
    expect(surface("/assets/%00")).toBe("page");
    expect(surface("/assets/%00.data")).toBe("data");
    expect(surface("/assets/a.js", "GET", null)).toBe("page");
  });
});

describe("health", () => {
  it.each(["/healthz", "/readyz", "/healthz/", "/HealthZ", "/readyz?x=%", "/x/../healthz"])("%s", (target) => {
    expect(surface(target)).toBe("health");
    expect(surface(target, "HEAD")).toBe("health");
  });

  it("without a host, and with a query that is refused elsewhere", () => {
    expect(surface("/healthz", "GET", null)).toBe("health");
    expect(surface(`/readyz?${"a=1&".repeat(200)}`)).toBe("health");
  });
});
