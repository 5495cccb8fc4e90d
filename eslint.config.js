import js from "@eslint/js";
import { importX } from "eslint-plugin-import-x";
import reactHooks from "eslint-plugin-react-hooks";
import globals from "globals";
import tseslint from "typescript-eslint";

/**
 * Which folder may import from which (docs/decisions/0023-features-first.md): core ← services ← a feature's domain ←
 * the feature's edge, pages, parts and api; web and api are beside them. tests/unit/lint tests each rule with code that
 * breaks it.
 */
const features = ["identity", "tasks"];
const surfaces = ["edge", "pages", "parts", "api"];
/** The files that bring everything together; no other code may import them. */
const top = ["features.server.ts", "process.server.ts", "production.server.ts", "root.tsx", "routes.ts"];

const arrow = (target, from, message) => ({
  target: `./app/${target}`,
  from: from.map((place) => `./app/${place}`),
  message,
});
const all = (folders) => features.flatMap((feature) => folders.map((folder) => `${feature}/${folder}`));

const database = ["core/data/generated", "core/data/db.server.ts"];

const zones = [
  arrow("core", ["services", ...features, "web", "api", ...top], "The core knows nobody above it."),
  arrow("services", [...features, "web", "api", ...top], "A service knows no feature: features register with it."),
  ...features.map((feature) =>
    arrow(
      feature,
      [...features.filter((other) => other !== feature), ...top],
      "Features never import each other: they meet in app/features.server.ts.",
    ),
  ),
  ...all(["domain"]).map((domain) =>
    arrow(domain, ["web", "api", ...all(surfaces)], "The domain knows no Request, Response, cookie or React."),
  ),
  ...all(["edge"]).map((edge) => arrow(edge, ["api", ...all(["pages", "parts", "api"])], "The edge knows no page.")),
  ...all(["parts"]).map((parts) =>
    arrow(parts, ["api", ...all(["edge", "pages", "api"])], "A part draws what it is given."),
  ),
  ...all(["pages"]).map((pages) => arrow(pages, ["api", ...all(["api"])], "A page does not go by way of the API.")),
  ...all(["api"]).map((api) => arrow(api, all(["pages", "parts"]), "The API draws nothing.")),
  arrow("web", [...features, ...top], "The way in knows no feature."),
  ...["page", "pages", "ui", "body", "log"].map((part) =>
    arrow(`web/${part}`, ["api"], "Pages do not go by way of the API; web/server alone knows both ways in."),
  ),
  arrow("api", [...features, ...top], "The way in knows no feature: operations are handed to it."),
  ...["web", "api", ...all(surfaces)].map((place) =>
    arrow(place, database, "Only the domain touches the database client."),
  ),
];

/**
 * Syntax that is refused. If two blocks set `no-restricted-syntax` for a file, the later list REPLACES the earlier one.
 * Each block below therefore gives the whole list for its files, and tests/unit/lint/restrictions.test.ts checks that
 * no list is lost.
 */
const unlimitedForms = {
  selector: "CallExpression[callee.property.name='formData']",
  message: "The platform's parser has no limits: readFormFields reads forms.",
};
const ownTransactions = {
  selector: "MemberExpression[property.name='$transaction']",
  message: "app/core/data/transaction.server.ts is the one way to a transaction: it tries again after a deadlock.",
};
const castJson = {
  selector:
    ":matches(TSAsExpression, TSTypeAssertion) > CallExpression[callee.object.name='JSON'][callee.property.name='parse']",
  message: "JSON that was kept may have another shape: parseStored reads it by a schema.",
};
const everywhere = [unlimitedForms, castJson, ownTransactions];

/**
 * The files that draw pages. They are given days as text and moments in words, so that server and browser draw the
 * same.
 */
const drawn = ["app/**/pages/**", "app/**/parts/**", "app/web/ui/**"];
const when = "app/web/ui/when.tsx";
const timeIsElsewhere = "app/core/time makes days, moments and their words; <When> draws them.";
const ownTimes = [
  "Identifier[name=/^(DateTimeFormat|RelativeTimeFormat)$/]",
  "Identifier[name=/^to(ISO|UTC|GMT|Date|Time|LocaleDate|LocaleTime)String$/]",
  "Identifier[name=/^[gs]et(UTC)?(FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds)$/]",
  "MemberExpression[object.name=/^(globalThis|window|self)$/][property.name='Date']",
].map((selector) => ({ selector, message: timeIsElsewhere }));
const ownTimeElement = { selector: "JSXOpeningElement[name.name='time']", message: timeIsElsewhere };

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
      // Express's request type extends Node's class but is not a class itself.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      // Strings are spread on purpose, because lengths are counted in code points (contract, section 2).
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
        {
          object: "process",
          property: "env",
          message: "app/core/settings/config.server.ts alone reads the environment.",
        },
      ],
    },
  },
  {
    files: ["app/*/parts/**", "app/web/ui/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["~/**/*.server"], message: "What draws does not reach the server." }] },
      ],
    },
  },
  {
    files: ["app/**"],
    ignores: ["app/core/data/transaction.server.ts"],
    rules: { "no-restricted-syntax": ["error", ...everywhere] },
  },
  {
    files: ["app/core/data/transaction.server.ts"],
    rules: { "no-restricted-syntax": ["error", unlimitedForms, castJson] },
  },
  {
    files: drawn,
    ignores: [when],
    rules: { "no-restricted-syntax": ["error", ...everywhere, ...ownTimes, ownTimeElement] },
  },
  { files: [when], rules: { "no-restricted-syntax": ["error", ...everywhere, ...ownTimes] } },
  { files: drawn, rules: { "no-restricted-globals": ["error", { name: "Date", message: timeIsElsewhere }] } },
  // Only for app/, because no other code has hooks and Playwright's function `use` would be taken for one.
  { files: ["app/**"], rules: reactHooks.configs.recommended.rules },
  {
    files: ["tests/**"],
    // Functions that read an answer take the expected type of its body as a type parameter.
    rules: { "@typescript-eslint/no-unnecessary-type-parameters": "off" },
  },
  { files: ["tailwind.config.ts"], rules: { "@typescript-eslint/unbound-method": "off" } },
  // Database adapters are wrapped here method by method, and each method is called on its own adapter.
  { files: ["app/core/data/**"], rules: { "@typescript-eslint/unbound-method": "off" } },
  { files: ["**/*.{js,mjs}"], extends: [tseslint.configs.disableTypeChecked] },
);
