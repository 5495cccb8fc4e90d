import { describe, expect, it } from "vitest";
import { readRequestUrl } from "~/web/server/request-url";

const origin = "http://localhost:3000";
const faultOf = (target: string) => readRequestUrl(target, origin).fault;

describe("addresses of pages", () => {
  it.each(["/", "/tasks", "/tasks?q=%5C", "/tasks/%5C", "/a//b", "/a%5Cb", "/login?redirect=%2F%2Fx", "/%F0%9F%98%80"])(
    "%s can be one",
    (target) => expect(faultOf(target)).toBeNull(),
  );

  it.each([
    ...["//", "///", "/\\", "//%5C", "/%5C", "/%5C%5C", "/%5c%2f", "/%2F%5B", "//evil.example", "//evil.example/tasks"],
    ...["/%2F%2Fevil.example", "//user@evil.example", "//:80", "//[", "//a:99999", "/%2e/%5C", "/x/..//%5C"],
    ...["/%5C.data", "//evil.example.data", "/%5C?_routes=root"],
    ...["/%00", "/%0a", "/%09/%5C", "/tasks/%0D%0A", "/%7f", "/%C2%85", "/%E2%80%A8"],
  ])("%s is nowhere", (target) => expect(faultOf(target)).toBe("nowhere"));

  it.each([
    "",
    "*",
    "tasks",
    "http://localhost:3000/tasks",
    "http://evil.example/",
    "/%",
    "/%ff",
    "/%E0%A4%A",
    "/a%zz",
  ])("%s cannot be read", (target) => expect(faultOf(target)).toBe("unreadable"));

  it.each([
    ["a path of many characters", `/${"x".repeat(16_384)}`],
    ["a query of many characters", `/?q=${"x".repeat(16_384)}`],
    ["many parameters", `/?${"a=1&".repeat(200)}`],
    ["many of the framework's own", `/?${"index&".repeat(200)}`],
    ["a target that is no path", `http://localhost/${"x".repeat(16_384)}`],
  ])("%s is too long", (_what, target) => expect(faultOf(target)).toBe("long"));

  it("below that is not, but for a path of more segments than a page has", () => {
    expect(faultOf(`/?${"a=1&".repeat(199)}`)).toBeNull();
    expect(faultOf("/x".repeat(16))).toBeNull();
    expect(faultOf("/x".repeat(17))).toBe("nowhere");
    expect(faultOf(`/${"%2Fx".repeat(17)}`)).toBe("nowhere");
  });

  it("cannot be read without a host", () => expect(readRequestUrl("/tasks", null).fault).toBe("unreadable"));
});

describe("addresses of the API", () => {
  it.each(["/api", "/api/", "/api/tasks/%00", "/api/tasks/%5C", "/API/tasks", "/%61pi/tasks", "/api.data", "/api/%0a"])(
    "%s is one, whatever it names",
    (target) => expect(readRequestUrl(target, origin)).toMatchObject({ fault: null, isApi: true }),
  );

  it("one that cannot be read is still answered as one", () => {
    expect(readRequestUrl("/api/%ff", origin)).toMatchObject({ fault: "unreadable", isApi: true });
  });

  it.each(["/apis", "/", "/tasks/api"])("%s is none", (target) =>
    expect(readRequestUrl(target, origin).isApi).toBe(false),
  );
});
