import type { Operation } from "~/api/operation.server";
import packageJson from "../../../package.json";
import { componentsOf } from "./openapi-components.server";
import { describeOperation, namesOf } from "./openapi-operation.server";

/**
 * The description of `/api` (OpenAPI 3.1), made from the operations and the schemas that read the requests. The tests
 * check every answer of the whole suite against it, so it always matches the program.
 */

/** A path with parameters in OpenAPI's notation. */
const inBraces = (path: string) => path.replace(/:(\w+)/g, "{$1}");

/** The paths that begin with an owner are described in the introduction only. */
function pathItems(operations: readonly Operation[]): Record<string, Record<string, object>> {
  const items: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    const parameters = namesOf(operation.params);
    const item = (items[inBraces(operation.path)] ??= parameters.length ? { parameters } : {});
    item[operation.method.toLowerCase()] = describeOperation(operation);
  }
  return items;
}

const tagsOf = (operations: readonly Operation[]) => [
  ...new Map(operations.map(({ tag: { name, description } }) => [name, { name, description }])).values(),
];

const securitySchemes = {
  bearer: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "An access token, or a personal access token with the scope.",
  },
  form: {
    type: "oauth2",
    description: "The sign-in as a form, for clients that know OAuth 2's password grant.",
    flows: { password: { tokenUrl: "/api/auth/login", refreshUrl: "/api/auth/refresh", scopes: {} } },
  },
};

const describe = (operations: readonly Operation[]) => ({
  tags: tagsOf(operations),
  paths: pathItems(operations),
  components: { securitySchemes, ...componentsOf(operations) },
});

/** Caches the description of a list of operations, which never changes and lives as long as the process. */
const described = new WeakMap<readonly Operation[], ReturnType<typeof describe>>();

function describedOnce(operations: readonly Operation[]): ReturnType<typeof describe> {
  const known = described.get(operations) ?? describe(operations);
  described.set(operations, known);
  return known;
}

/**
 * The description as a document.
 *
 * @param operations - the operations that are served
 * @param origin - the site's own origin, under which its paths are
 */
export function openApiDocument(operations: readonly Operation[], origin: string) {
  const { tags, paths, components } = describedOnce(operations);
  return {
    openapi: "3.1.0",
    info: {
      title: "Holdfast",
      version: packageJson.version,
      description: [
        "Tasks and accounts of a Holdfast server. Every error is a problem document (RFC 9457).",
        "",
        "The calls of tasks stand below `/api/{user_id}/tasks` as well, the owner named in the path; any other user's id than the token's own is a 403 before anything else is looked at.",
      ].join("\n"),
      contact: { name: "Whoever runs this server", url: origin },
      license: { name: "GNU Affero General Public License, version 3", identifier: packageJson.license },
    },
    // Relative, so that it refers to the server that the document came from, under any name.
    servers: [{ url: "/", description: "This server" }],
    security: [{ bearer: [] }, { form: [] }],
    tags,
    paths,
    components,
  };
}
