import type { LoaderFunctionArgs } from "@remix-run/node";
import { serveApi } from "~/api/routes.server";

/** All of `/api`, in one list of its own. */
export const loader = ({ request, context }: LoaderFunctionArgs): Promise<Response> => serveApi(request, context);

export const action = loader;
