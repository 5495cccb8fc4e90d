import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "~/core/settings/config.server";
import { findPython } from "../../../../scripts/find-python.mjs";
import { api, send } from "../../../support/http";
import { newUser, password } from "../../../support/people";
import { startServer, testSecrets, type RunningServer } from "../../../support/server";

/** The programs of docs/verifying-tokens.md, taken from the page and run against tokens of a running server. */

const root = path.resolve(import.meta.dirname, "../../../..");
// Below the project, so that Node finds the packages they import.
const folder = path.join(root, `node_modules/.cache/verifying-tokens-${process.pid}`);

const privateKey = (curve: "P-256" | "Ed25519") =>
  (curve === "P-256"
    ? generateKeyPairSync("ec", { namedCurve: "prime256v1" })
    : generateKeyPairSync("ed25519")
  ).privateKey
    .export({ type: "pkcs8", format: "pem" })
    .toString();

type Setup = { server: RunningServer; userId: string; token: string };
const setups: Record<string, Setup> = {};

async function setUp(env: Record<string, string | undefined>): Promise<Setup> {
  const server = await startServer({ databaseUrl: config().databaseUrl, env });
  const user = await newUser();
  const answer = await api(server.url, "POST", "/auth/login", {}, { email: user.email, password });
  return { server, userId: user.id, token: String(answer.json().access_token) };
}

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  const page = readFileSync(path.join(root, "docs/verifying-tokens.md"), "utf8");
  for (const [, name = "", text = ""] of page.matchAll(/^```(?:python|js) (\S+)\n(.*?)^```$/gms))
    writeFileSync(path.join(folder, name), text);
  setups.secret = await setUp({});
  setups.ES256 = await setUp({ JWT_PRIVATE_KEY: privateKey("P-256"), JWT_SECRET_KEY: undefined });
  setups.EdDSA = await setUp({ JWT_PRIVATE_KEY: privateKey("Ed25519"), JWT_SECRET_KEY: undefined });
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await Promise.all(Object.values(setups).map(({ server }) => server.stop()));
});

const environment = (way: string, { server }: Setup): NodeJS.ProcessEnv => ({
  NODE_ENV: "production",
  PATH: process.env.PATH,
  HOLDFAST_URL: server.url,
  PORT: "0",
  ...(way === "secret" ? { JWT_SECRET_KEY: testSecrets.JWT_SECRET_KEY } : {}),
});

/** The token with another subject, under the old signature. */
function forged(token: string): string {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
  return [header, Buffer.from(JSON.stringify({ ...claims, sub: "me" })).toString("base64url"), signature].join(".");
}

const unsigned = (token: string) =>
  `${Buffer.from('{"alg":"none"}').toString("base64url")}.${token.split(".")[1] ?? ""}.`;

/** What each answer must be: the right token alone names its user. */
const asked = ({ token }: Setup, other: Setup) => [token, forged(token), unsigned(token), other.token, "nonsense"];

describe("FastAPI", () => {
  const harness = `
import importlib, json, sys
from fastapi.testclient import TestClient
client = TestClient(importlib.import_module(sys.argv[1]).app)
answers = [client.get("/whoami", headers={"Authorization": "Bearer " + token}) for token in json.load(sys.stdin)]
print(json.dumps([[answer.status_code, answer.json().get("user")] for answer in answers]))
`;

  it.each([
    ["pyjwt_secret", "secret"],
    ["pyjwt_jwks", "ES256"],
    ["pyjwt_jwks", "EdDSA"],
    ["jose_secret", "secret"],
    ["jose_jwks", "ES256"],
  ])("%s.py with %s", (module, way) => {
    const python = findPython();
    if (!python) throw new Error("Run: node scripts/ensure-python-verifiers.mjs");
    const setup = setups[way] as Setup;
    const other = setups[way === "secret" ? "ES256" : "secret"] as Setup;
    const { stdout, stderr } = spawnSync(python, ["-c", harness, module], {
      cwd: folder,
      env: environment(way, setup),
      input: JSON.stringify(asked(setup, other)),
      encoding: "utf8",
    });
    const refused = [401, null];
    expect(JSON.parse(stdout || JSON.stringify(stderr))).toEqual([
      [200, setup.userId],
      refused,
      refused,
      refused,
      refused,
    ]);
  });
});

describe("Node", () => {
  const running: ChildProcess[] = [];
  afterAll(() => running.forEach((child) => child.kill()));

  async function start(program: string, env: NodeJS.ProcessEnv): Promise<string> {
    const child = spawn(process.execPath, [path.join(folder, program)], { env, stdio: ["ignore", "pipe", "inherit"] });
    running.push(child);
    const [port] = (await once(createInterface(child.stdout), "line")) as [string];
    return `http://localhost:${port}`;
  }

  it.each([
    ["jose.mjs", "secret"],
    ["jose.mjs", "ES256"],
    ["jose.mjs", "EdDSA"],
    ["jsonwebtoken.mjs", "secret"],
    ["jsonwebtoken.mjs", "ES256"],
  ])("%s with %s", async (program, way) => {
    const setup = setups[way] as Setup;
    const other = setups[way === "secret" ? "ES256" : "secret"] as Setup;
    const url = await start(program, environment(way, setup));
    const answers = [];
    for (const token of asked(setup, other)) {
      const answer = await send(url, "/", { headers: { Authorization: `Bearer ${token}` } });
      answers.push([answer.status, answer.status === 200 ? answer.json().user : null]);
    }
    const refused = [401, null];
    expect(answers).toEqual([[200, setup.userId], refused, refused, refused, refused]);
  });
});

describe("/.well-known/jwks.json", () => {
  it.each(["ES256", "EdDSA"])("publishes the public half alone, for anybody and for a while: %s", async (alg) => {
    const answer = await send(setups[alg]?.server.url ?? "", "/.well-known/jwks.json");
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toBe("application/jwk-set+json");
    expect(answer.headers["cache-control"]).toBe("public, max-age=300");
    const { keys } = answer.json<{ keys: Record<string, string>[] }>();
    const members = ["alg", "crv", "kid", "kty", "use", "x"];
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([alg === "ES256" ? [...members, "y"] : members]);
  });

  it("is empty where a secret signs", async () => {
    const answer = await send(setups.secret?.server.url ?? "", "/.well-known/jwks.json");
    expect(answer.json()).toEqual({ keys: [] });
  });

  it("changes with an overlap: a token of the key before is good until that key is taken out", async () => {
    const [before, after] = [privateKey("P-256"), privateKey("Ed25519")];
    const first = await setUp({ JWT_PRIVATE_KEY: before });
    await first.server.stop();
    const me = (server: RunningServer) => api(server.url, "GET", "/auth/me", { token: first.token });
    const second = await startServer({
      databaseUrl: config().databaseUrl,
      env: { JWT_PRIVATE_KEY: (after + before).replaceAll("\n", "\\n") },
    });
    expect((await me(second)).status).toBe(200);
    await second.stop();
    const third = await startServer({ databaseUrl: config().databaseUrl, env: { JWT_PRIVATE_KEY: after } });
    expect((await me(third)).status).toBe(401);
    await third.stop();
  });
});
