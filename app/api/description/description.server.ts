import { json } from "~/api/api-route.server";
import { operation } from "~/api/operation.server";
import { servedOperations } from "~/api/routes.server";

/**
 * The operation that answers the API's own description. The module that makes the document is loaded on demand, because
 * no other request needs it.
 */
export const readDescription = operation({
  method: "GET",
  path: "/api/openapi.json",
  operationId: "readDescription",
  summary: "Read this description",
  description: "OpenAPI 3.1.",
  tag: { name: "Description", description: "What this interface says of itself." },
  scope: "public",
  answers: { 200: { description: "This document.", body: { json: { type: "object" } } } },
  async run({ context }) {
    const { openApiDocument } = await import("./openapi.server");
    return json(openApiDocument(servedOperations(), context.origin));
  },
});
