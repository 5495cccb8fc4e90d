import type { LoaderFunctionArgs } from "@remix-run/node";
import { serveApi } from "~/api/routes.server";

/** Serves all of `/api`; its own table does the routing. */
export const loader = ({ request, context }: LoaderFunctionArgs): Promise<Response> => serveApi(request, context);

export const action = loader;
