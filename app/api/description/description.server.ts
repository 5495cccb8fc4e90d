import { config } from "~/core/settings/config.server";
import { json, type ApiRequest } from "~/api/api-route.server";

/** `GET /api/openapi.json`. The document is made when it is asked for: no other request needs it. */
export async function readDescription({ context }: ApiRequest): Promise<Response> {
  const { openApiDocument } = await import("./openapi.server");
  return json(openApiDocument(context.origin, { v1: config().apiV1 }));
}
