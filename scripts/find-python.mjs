import { spawnSync } from "node:child_process";
import path from "node:path";

/** The packages that docs/verifying-tokens.md imports, and those of FastAPI's test client. */
export const pythonPackages = [
  { module: "fastapi", debian: "python3-fastapi", pip: "fastapi" },
  { module: "httpx", debian: "python3-httpx", pip: "httpx" },
  { module: "jwt", debian: "python3-jwt", pip: "pyjwt[crypto]" },
  { module: "jose", debian: "python3-jose", pip: "python-jose[cryptography]" },
  { module: "cryptography", debian: "python3-cryptography", pip: "cryptography" },
];

/** The virtual environment for machines whose system has no such packages. */
export const venv = path.resolve(import.meta.dirname, "../node_modules/.cache/python-verifiers");

/** A Python that can import all packages: the first on the PATH, the system's, or the virtual environment's. */
export function findPython() {
  const imports = `import ${pythonPackages.map(({ module }) => module).join(", ")}`;
  return ["python3", "/usr/bin/python3", `${venv}/bin/python`].find(
    (python) => spawnSync(python, ["-c", imports], { stdio: "ignore" }).status === 0,
  );
}
