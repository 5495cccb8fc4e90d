import js from "@eslint/js";
import { importX } from "eslint-plugin-import-x";
import reactHooks from "eslint-plugin-react-hooks";
import globals from "globals";
import tseslint from "typescript-eslint";

/**
 * The arrows of the house (docs/decisions/0001-folders-and-arrows.md): routes → auth, http → domain → data.
 * tests/unit/lint/import-directions.test.ts holds each of them against code that breaks it.
 */
const arrow = (target, from, message) => ({
  target: `./app/${target}`,
  from: from.map((place) => `./app/${place}`),
  message,
});

const zones = [
  arrow("domain", ["routes", "auth", "http", "components"], "The domain knows no Request, Response, cookie or React."),
  arrow("data", ["routes", "auth", "http", "components", "domain"], "The database client knows nobody above it."),
  ...["routes", "auth", "http", "components"].map((place) =>
    arrow(place, ["core/data/generated", "core/data/db.server.ts"], "Only the domain touches the database client."),
  ),
  arrow("auth", ["routes", "components"], "The edge knows no route and draws nothing."),
  arrow("http", ["routes"], "The edge knows no route."),
  arrow("components", ["routes", "auth", "http"], "A component draws what it is given."),
];

export default tseslint.config(
  {
    ignores: [
      "build/",
      "data/",
      "app/core/data/generated/",
      "clients/typescript/src/schema.d.ts",
      "test-results/",
      "playwright-report/",
    ],
  },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
      globals: globals.node,
    },
    plugins: { "import-x": importX, "react-hooks": reactHooks },
    settings: { "import-x/resolver": { typescript: true, node: true } },
    rules: {
      "import-x/no-restricted-paths": ["error", { basePath: import.meta.dirname, zones }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/no-meaningless-void-operator": "off",
      // Express's request type extends Node's class and is no class itself.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      // Code points are what lengths are counted in (contract, section 2).
      "@typescript-eslint/no-misused-spread": "off",
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "inline-type-imports", disallowTypeAnnotations: false },
      ],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // Remix leaves a loader early by throwing a Response.
      "@typescript-eslint/only-throw-error": [
        "error",
        {
          allow: [
            { from: "lib", name: "Response" },
            { from: "package", package: "@remix-run/server-runtime", name: "TypedResponse" },
          ],
        },
      ],
    },
  },
  {
    files: ["app/**"],
    ignores: ["app/core/settings/config.server.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "process", property: "env", message: "app/core/settings/config.server.ts alone reads the environment." },
      ],
    },
  },
  {
    files: ["app/**"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "CallExpression[callee.property.name='formData']",
          message: "The platform's parser has no limits: readFormFields reads forms.",
        },
      ],
    },
  },
  {
    files: ["app/components/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["~/**/*.server"], message: "A component does not reach the server." }] },
      ],
    },
  },
  {
    files: ["app/**"],
    ignores: ["app/core/data/transaction.server.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "MemberExpression[property.name='$transaction']",
          message: "app/core/data/transaction.server.ts is the one way to a transaction: it tries again after a deadlock.",
        },
      ],
    },
  },
  // Elsewhere there are no hooks; Playwright calls a fixture's continuation `use`.
  { files: ["app/**"], rules: reactHooks.configs.recommended.rules },
  {
    files: ["tests/**"],
    // The reader of an answer says what it expects in its body.
    rules: { "@typescript-eslint/no-unnecessary-type-parameters": "off" },
  },
  { files: ["tailwind.config.ts"], rules: { "@typescript-eslint/unbound-method": "off" } },
  // Adapters are wrapped here method by method, each called on its adapter again.
  { files: ["app/data/**"], rules: { "@typescript-eslint/unbound-method": "off" } },
  { files: ["**/*.{js,mjs}"], extends: [tseslint.configs.disableTypeChecked] },
);
